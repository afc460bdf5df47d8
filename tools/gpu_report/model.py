"""The targets, and what a roofline says of a loop."""
import math

# product: what the figures are of. units: multiprocessors, compute units. fma: multiply-adds of a
# unit in a clock, packed or dual ones counted as two; slots: vector instructions that it issues in
# the time of one full-width multiply-add. local: bytes that it reads of local memory in a clock.
TARGETS = {
    'sm_80': dict(vendor='nvidia', maker='nvidia', product='A100 40 GB', units=108, ghz=1.41, fma=64,
                  slots=2, packed=1, local=128, memory=1555, wave=32),
    'sm_90': dict(vendor='nvidia', maker='nvidia', product='H100 SXM', units=132, ghz=1.98, fma=128,
                  slots=1, packed=1, local=128, memory=3350, wave=32),
    'gfx906': dict(vendor='amd', maker='amd', product='Radeon VII', units=60, ghz=1.75, fma=64,
                   slots=1, packed=1, local=128, memory=1024, wave=64, simds=4, vgprs=256,
                   grain=4, waves=10),
    'gfx90a': dict(vendor='amd', maker='cdna', product='MI250X, one die', units=110, ghz=1.7,
                   fma=128, slots=1, packed=2, local=128, memory=1638, wave=64, simds=4, vgprs=512,
                   grain=8, waves=8),
    'gfx1030': dict(vendor='amd', maker='amd', product='RX 6800 XT', units=72, ghz=2.25, fma=64,
                    slots=1, packed=1, local=128, memory=512, wave=32, simds=2, vgprs=1024,
                    grain=8, waves=16),
    'gfx1100': dict(vendor='amd', maker='amd', product='RX 7900 XTX', units=96, ghz=2.5, fma=128,
                    slots=1, packed=2, local=128, memory=960, wave=32, simds=2, vgprs=1536,
                    grain=24, waves=16),
    'skl': dict(vendor='intel', maker='intel', product='UHD 630'),
    'tgllp': dict(vendor='intel', maker='intel', product='Iris Xe', fp64=False),
    'dg2': dict(vendor='intel', maker='intel', product='Arc A770', fp64=False),
    'pvc': dict(vendor='intel', maker='max', product='Max 1550'),
}


def nvidia_groups(registers, local_bytes, items, target):
    """Work-groups of a multiprocessor: 65536 registers, given out to warps by 8 a lane; 227 KiB (164
    on sm_80) of shared memory, 1 KiB of each group's being the system's; 2048 items; 32 groups."""
    warps = math.ceil(items / 32)
    by_registers = 65536 // (max(8, math.ceil(registers / 8) * 8) * 32) // warps
    shared = (164 if target == 'sm_80' else 227) * 1024
    return min(by_registers, shared // (local_bytes + 1024), 2048 // items, 32)


def amd_groups(registers, local_bytes, items, t):
    """Work-groups of a compute unit: the registers of a SIMD, given out by `grain`, and its waves; 64
    KiB of local memory for each unit."""
    waves = math.ceil(items / t['wave'])
    per_simd = min(t['vgprs'] // max(t['grain'], math.ceil(registers / t['grain']) * t['grain']),
                   t['waves'])
    by_local = 65536 // local_bytes if local_bytes else t['waves']
    return min(per_simd * t['simds'] // waves, by_local)


def roofline(t, loop, items, groups):
    """GFLOP/s, and which limit it is. loop: counts of one lane in one turn, see count()."""
    if not loop or not loop['fma'] or groups < 1:
        return None, ''
    peak = 2 * t['units'] * t['fma'] * t['ghz']
    lanes = groups * items
    fma_clocks = loop['fma'] * lanes / t['fma']
    bounds = {
        'issue': loop['fma'] * t['slots'] / (loop['slots'] * t['packed']),
        'local': fma_clocks * t['local'] / (loop['local_bytes'] * lanes)
                 if loop['local_bytes'] else 1,
    }
    if loop['global_bytes']:
        # All resident groups in a square of tiles: each block is read once for a row of them.
        resident = t['units'] * groups
        read = math.sqrt(resident) * items * loop['global_bytes']
        seconds = resident * items * loop['fma'] * 2 / (peak * 1e9)
        bounds['global'] = seconds * t['memory'] * 1e9 / read
    limit = min(bounds, key=bounds.get)
    return peak * min(1, bounds[limit]), limit if bounds[limit] < 1 else ''
