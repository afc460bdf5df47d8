"""Fail when libyoke.so exports a name without yoke_, or not exactly what the headers declare; when
src/ref, which judges it, is inside it; or when it calls what would change the environment, which is
the program's.

    symbols.py NM LIBYOKE_SO INCLUDE_DIR
"""
import pathlib, re, subprocess, sys

nm, lib, include = sys.argv[1:4]
listing = subprocess.run([nm, '-D', '--defined-only', lib], check=True, capture_output=True,
                         text=True)
# A version script's own names (A) and a sanitizer's are not ours.
exported = {line.split()[-1].split('@')[0] for line in listing.stdout.splitlines()
            if ' A ' not in line and '__asan' not in line and '__odr_asan' not in line}

declared = set()
for header in pathlib.Path(include, 'yoke').glob('*.h'):
    text = re.sub(r'/\*.*?\*/', '', header.read_text(), flags=re.S)
    text = re.sub(r'^\s*#.*$', '', text, flags=re.M)
    for declaration in re.findall(r'YOKE_API\b([^;{]*)[;{]', text):
        declared.add(re.search(r'\b(\w+)\s*\(', declaration)[1])

bad = [f'exported without the prefix: {name}' for name in sorted(exported)
       if not name.startswith('yoke_')]
bad += [f'exported, and in no public header: {name}' for name in sorted(exported - declared)
        if name.startswith('yoke_')]
wanted = subprocess.run([nm, '-D', '--undefined-only', lib], check=True, capture_output=True,
                        text=True).stdout
bad += [f'called: {name}' for name in re.findall(r'\b(setenv|unsetenv|putenv|clearenv)\b', wanted)]
bad += [f'declared, and not exported: {name}' for name in sorted(declared - exported)]

inside = subprocess.run([nm, '--defined-only', lib], check=True, capture_output=True, text=True)
names = {line.split()[-1] for line in inside.stdout.splitlines()}
bad += [f'inside, though it is to judge from outside: {name}' for name in sorted(names)
        if name.startswith('yoke_ref_')]
if not names:
    bad += [f'the names inside {lib} cannot be told: is it stripped?']
sys.exit('\n'.join(bad) or (0 if declared else f'no declarations under {include}'))
