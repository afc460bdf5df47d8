"""Fail when a GPU's compiler refuses a GPU variant, or spoils the one that Yoke would choose.

    gpu_compile.py GPU_REPORT YOKE_VARIANTS

Every variant compiles for every target in f32, and the one chosen by default in every type. In f32
that one spills nothing, and multiply-adds are at least SHARE of its inner loop on NVIDIA and AMD.
Packed ones count as two in two here, like dual ones: with either an item reads as much of local
memory as without, in half the instructions.
"""
import json, subprocess, sys

SHARE = 0.88
report, variants = sys.argv[1:3]


def rows_of(*selection):
    run = subprocess.run([sys.executable, report, '--json', '--variants', variants, *selection],
                         stdout=subprocess.PIPE, text=True, check=False)
    if not run.stdout:
        sys.exit('gpu-report failed')
    answer = json.loads(run.stdout)
    return answer['rows'], answer['skipped']


def wrong(row):
    """What is wrong with a variant on a target; '' when nothing is."""
    if 'error' in row:
        return row['error'][:1000]
    if not row['default'] or row['type'] != 'f32':
        return ''
    if row['spill_bytes']:
        return f'spills {row["spill_bytes"]} bytes'
    if row['loop'] and row['loop']['share_of_two'] < SHARE:
        return f'{row["loop"]["share_of_two"]:.3f} multiply-adds in its loop'
    return ''


rows, skipped = rows_of()
rows += rows_of('--type', 'f64,f16,bf16,s8', '--default')[0]
bad = [f'{r["target"]} {r["variant"]} {r["type"]}: {wrong(r)}' for r in rows if wrong(r)]
print(f'{len(rows)} programs compiled, {len(bad)} wrong')
if bad:
    sys.exit('\n'.join(bad))
for sentence in skipped.values():
    print(sentence)
sys.exit(77 if skipped else 0)
