# yoke.bash - completion of yoke's commands and options for bash.
# SPDX-License-Identifier: MIT

# The words that the command at $1 takes.
_yoke_words()
{
    local common='--devices --json --verbose --help --usage --version'
    local op='--output --type --seed --repeat --check --variant'

    case $1 in
    devices) echo "$common" ;;
    demo) echo "--data --synthetic --train --test --memory --seed --output $common" ;;
    gemm) echo "--trans --alpha --beta --c --batch --workspace --tf32 --bias --bias-by --residual --act $op $common" ;;
    conv) echo "--input --filters --stride --pad --dilation --groups --layout --true-convolution
                --workspace --bias --residual --act $op $common" ;;
    tune) echo "--budget --op --set --type --trans --batch --db --explain --forgive --export $common" ;;
    cache) echo "info clear $common" ;;
    *) echo "devices demo gemm conv tune cache --help --version" ;;
    esac
}

# The values of the option $1; nothing where any will do.
_yoke_values()
{
    case $1 in
    --act) echo 'none relu gelu sigmoid tanh clamp:' ;;
    --bias-by) echo 'row column' ;;
    --devices) echo 'cpu gpu accelerator custom' ;;
    --type) echo 'f32 f64 f16 bf16 c64 c128 s8' ;;
    --op) echo 'gemm' ;;
    --set) echo 'square dnn' ;;
    --trans) echo 'NN NT TN TT' ;;
    --layout) echo 'nchw nhwc' ;;
    esac
}

_yoke()
{
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command=''
    local values

    COMPREPLY=()
    (( COMP_CWORD > 1 )) && command=${COMP_WORDS[1]}
    values=$(_yoke_values "$prev")
    if [[ -n $values ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$values" -- "$cur")
    elif [[ $cur == -* || -z $command || $command == cache ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_yoke_words "$command")" -- "$cur")
    else
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
    fi
}

complete -F _yoke yoke
