"""Fail when a public header does not compile alone, as C11 and as C++17, without a warning.

    headers.py INCLUDE_DIR --cc CC.. [--cxx CXX..] [--args ARG..]
"""
import os, pathlib, subprocess, sys, tempfile

WARNINGS = ['-Wall', '-Wextra', '-pedantic', '-Wundef', '-Werror']


def words(flag):
    """The words of the command line between `flag` and the next flag of ours."""
    found, on = [], False
    for word in sys.argv[2:]:
        if word in ('--cc', '--cxx', '--args'):
            on = word == flag
        elif on:
            found.append(word)
    return found


include = pathlib.Path(sys.argv[1])
compilers = [(words('--cc'), 'c11', '.c'), (words('--cxx'), 'c++17', '.cpp')]
headers = sorted((include / 'yoke').glob('*.h'))
bad = [] if headers else [f'no headers under {include}']
with tempfile.TemporaryDirectory() as tmp:
    for header in headers:
        for command, standard, suffix in compilers:
            if not command:
                continue
            # Twice, so that the include guard is tried as well; a file of macros is no program.
            source = pathlib.Path(tmp, 'alone' + suffix)
            source.write_text(f'#include "yoke/{header.name}"\n' * 2 + 'extern int alone;\n')
            run = subprocess.run([*command, f'-std={standard}', *WARNINGS, '-fsyntax-only',
                                  f'-I{include}', *words('--args'), os.fspath(source)],
                                 capture_output=True, text=True)
            if run.returncode != 0:
                bad.append(f'{header.name} alone as {standard}:\n{run.stderr}')
if not words('--cxx'):
    print('no C++ compiler: the headers were tried as C only')
sys.exit('\n'.join(bad) or 0)
