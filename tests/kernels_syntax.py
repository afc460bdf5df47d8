"""Fail when the kernel of any variant row does not pass clang's OpenCL C 1.2 front end.

    kernels_syntax.py YOKE_VARIANTS CL_DIR

YOKE_VARIANTS prints a line for each program that the library may build: its kernel, a tab, and the
compiler's options. Of each file that programs share, what it uses and itself pass too; so do the
bodies of kernels that a chain of operators may call, in one program.
"""
import concurrent.futures, os, shlex, shutil, subprocess, sys

variants, cl_dir = sys.argv[1:3]
sys.path.append(cl_dir)
sys.dont_write_bytecode = True
import embed

files = embed.files_in(cl_dir)
programs, shared = embed.programs(files), embed.by_name(files, ['.clh', '.h'])
clang = next(filter(None, map(shutil.which, ['clang', 'clang-16', 'clang-15', 'clang-14'])), None)
if not clang:
    print('no clang: the kernels were not checked')
    sys.exit(77)


# Bodies that must fit together, compiled with the options of the first one, which has all defines.
# An element is a real number where one of them takes no others.
CHAINS = [['gemm_skinny', 'gemm_tile', 'gemm_general', 'gemm_sum', 'gemm_copy', 'gemm_pack', 'work'],
          ['gemm_tile', 'gemm_general', 'gemm_sum', 'gemm_copy', 'gemm_pack', 'work'],
          ['gemm_dot', 'gemm_general', 'gemm_sum', 'gemm_copy', 'work'],
          ['conv_tile', 'conv_general', 'gemm_tile', 'gemm_general', 'gemm_sum', 'work']]


def check(job):
    """What clang says about one program; '' when it says nothing."""
    parts, options = job
    text = ''.join(f'#include "{part}"\n' for part in parts)
    run = subprocess.run([clang, '-fsyntax-only', '-x', 'cl', '-cl-std=CL1.2', '-Xclang',
                          '-finclude-default-header', '-Werror', '-Wundef', *shlex.split(options),
                          '-'], input=text, capture_output=True, text=True, check=False)
    return f'{parts[-1]} {options}\n{run.stderr}' if run.returncode or run.stderr else ''


listing = subprocess.run([variants], check=True, capture_output=True, text=True).stdout
lines = [line.split('\t') for line in sorted(set(listing.splitlines()))]
jobs = [(programs[kernel], options) for kernel, options in lines]
# Each shared file at the end of a program, with the options of one that has it.
for file in shared.values():
    jobs += [(embed.parts(file, shared), options) for parts, options in jobs if file in parts][:1]
chains = [(embed.together(chain, shared), options) for chain in CHAINS
          for kernel, options in lines if kernel == chain[0]]
jobs += chains
with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
    bad = list(filter(None, pool.map(check, jobs)))
print(f'{len(jobs)} programs, {len(chains)} of them chains, {len(bad)} wrong')
sys.exit('\n'.join(bad) or (0 if chains else f'{variants} lists no programs'))
