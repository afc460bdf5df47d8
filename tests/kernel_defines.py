"""Fail when a kernel takes a missing define for something, or gets one that it does not ask for.

    kernel_defines.py YOKE_VARIANTS CL_DIR

Of every kernel and every set of defines that it is compiled with:
- without one of them, the program ends with an #error that names it;
- some file of the program asks for each of them;
- a file that uses one asks for it by itself, and its head comment has it.
"""
import concurrent.futures, os, re, shlex, shutil, subprocess, sys

variants, cl_dir = sys.argv[1:3]
sys.path.append(cl_dir)
sys.dont_write_bytecode = True
import embed

programs = embed.programs(embed.files_in(cl_dir))
clang = next(filter(None, map(shutil.which, ['clang', 'clang-16', 'clang-15', 'clang-14'])), None)
if not clang:
    print('no clang: the defines were not checked')
    sys.exit(77)


def defines_of(options):
    return [option[2:].partition('=')[0] for option in options if option.startswith('-D')]


def head_and_code(file):
    """Without comments, texts and joined lines."""
    head, _, code = file.read_text(encoding='utf-8').partition('*/')
    return head, re.sub(r'/\*.*?\*/|"[^"\n]*"|\\\n', ' ', code, flags=re.DOTALL)


def asked(code):
    """The names that an #error asks for."""
    return set(re.findall(r'(?:!defined\(|^#ifndef )(\w+)', code, re.MULTILINE))


def wrong_files(kernel, defines):
    """What is wrong with the files of a program, read as text."""
    bad, found = [], set()
    for file in programs[kernel]:
        head, code = head_and_code(file)
        asks, used = asked(code), set(re.findall(r'\w+', code))
        found |= asks
        bad += [f'{file}: uses {d} and does not ask for it' for d in defines
                if d in used and d not in asks]
        bad += [f'{file}: asks for {d}, which its head comment lacks' for d in defines
                if d in asks and not re.search(rf'\b{d}\b', head)]
    return bad + [f'{kernel}: no file asks for {d}' for d in defines if d not in found]


def wrong_without(job):
    """What is wrong with a program that lacks one of its defines; '' when it ends as it should."""
    kernel, options, lacks = job
    left = [o for o in options if not re.match(rf'-D{lacks}\b', o)]
    text = ''.join(f'#include "{part}"\n' for part in programs[kernel])
    run = subprocess.run([clang, '-E', '-x', 'cl', *left, '-o', os.devnull, '-'], input=text,
                         capture_output=True, text=True, check=False)
    if re.search(rf'error: .*\b{lacks}\b', run.stderr):
        return ''
    return f'{kernel} compiles without {lacks}: {shlex.join(left)}\n{run.stderr}'


sets = {}
listing = subprocess.run([variants], check=True, capture_output=True, text=True).stdout
for line in listing.splitlines():
    kernel, _, options = line.partition('\t')
    options = shlex.split(options)
    sets.setdefault((kernel, frozenset(defines_of(options))), options)
jobs = [(kernel, options, lacks) for (kernel, defines), options in sets.items()
        for lacks in sorted(defines)]
with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
    bad = list(filter(None, pool.map(wrong_without, jobs)))
for kernel, defines in sets:
    bad += wrong_files(kernel, sorted(defines))
bad = sorted(set(bad))
print(f'{len(sets)} programs, {len(jobs)} without a define, {len(bad)} wrong')
sys.exit('\n'.join(bad) or (0 if jobs else f'{variants} lists no defines'))
