"""Write a text as a byte array, with its size: embed.py OUT FILE."""
import pathlib
import sys

data = pathlib.Path(sys.argv[2]).read_bytes()
with open(sys.argv[1], 'w', encoding='ascii') as c:
    c.write('/* Made by data/embed.py. */\n#include "op/db_file.h"\n\n')
    c.write('const char yoke_shipped_tuning[] = {')
    c.writelines(('\n    ' if n % 20 == 0 else '') + f'{b},' for n, b in enumerate(data + b'\0'))
    c.write(f'\n}};\nconst size_t yoke_shipped_tuning_bytes = {len(data)};\n')
