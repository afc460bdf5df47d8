"""Fail when the kernel of any variant row does not pass clang's OpenCL C 1.2 front end.

    kernels_syntax.py YOKE_VARIANTS CL_DIR

YOKE_VARIANTS prints a line for each program that the library may build: its sources in order,
separated by commas, a tab, and the compiler's options.
"""
import concurrent.futures, os, shlex, shutil, subprocess, sys

variants, cl_dir = sys.argv[1:3]
folders = [option for path in sorted(os.scandir(cl_dir), key=str) if path.is_dir()
           for option in ('-I', path.path)]
clang = next(filter(None, map(shutil.which, ['clang', 'clang-16', 'clang-15', 'clang-14'])), None)
if not clang:
    print('no clang: the kernels were not checked')
    sys.exit(77)


def check(line):
    """What clang says about one program; '' when it says nothing."""
    sources, _, options = line.partition('\t')
    text = ''.join(f'#include "{name}"\n' for name in sources.split(','))
    run = subprocess.run([clang, '-fsyntax-only', '-x', 'cl', '-cl-std=CL1.2', '-Xclang',
                          '-finclude-default-header', '-Werror', *shlex.split(options),
                          *folders, '-'], input=text, capture_output=True, text=True,
                         check=False)
    return f'{sources} {options}\n{run.stderr}' if run.returncode or run.stderr else ''


listing = subprocess.run([variants], check=True, capture_output=True, text=True).stdout
lines = sorted(set(listing.splitlines()))
with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
    bad = list(filter(None, pool.map(check, lines)))
print(f'{len(lines)} programs, {len(bad)} wrong')
sys.exit('\n'.join(bad) or (0 if lines else f'{variants} lists no programs'))
