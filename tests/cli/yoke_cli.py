"""What the tests of the command share: running it, writing its input, and the error bounds.

YOKE is the command, from meson. Exits 77 (skipped) where NumPy is missing and the test needs it.
"""
import json, os, pathlib, subprocess, sys, tempfile, unittest

try:
    import numpy as np
except ImportError:
    np = None

YOKE = os.environ['YOKE']
TYPES = {'f32': 'f4', 'f64': 'f8'}
ROUNDOFF = {'f32': 2.0**-24, 'f64': 2.0**-53}


def bound(name, k, magnitude):
    """gamma(k + 2) of the type, and of float64 for the reference's own rounding."""
    def gamma(u):
        return (k + 2) * u / (1 - (k + 2) * u)
    least = np.finfo(TYPES[name]).tiny
    return (gamma(ROUNDOFF[name]) + gamma(ROUNDOFF['f64'])) * magnitude + least


class CliTest(unittest.TestCase):
    """Each test runs in a directory of its own; each class has a kernel cache of its own."""

    @classmethod
    def setUpClass(cls):
        cls.cache = tempfile.TemporaryDirectory()
        cls.env = {k: v for k, v in os.environ.items() if k not in ('YOKE_CACHE', 'YOKE_DEVICES')}
        cls.env.update(YOKE_CACHE_DIR=cls.cache.name, LC_ALL='C.UTF-8')

    @classmethod
    def tearDownClass(cls):
        cls.cache.cleanup()

    def setUp(self):
        tmp = tempfile.TemporaryDirectory()
        self.addCleanup(tmp.cleanup)
        self.dir = pathlib.Path(tmp.name)
        self.rng = np.random.default_rng(20) if np else None

    def run_yoke(self, *args, status=0, says='', env=None):
        """Run it; the exit status is (one of) `status`, and a failure is a sentence with `says`."""
        run = subprocess.run([YOKE, *map(str, args)], cwd=self.dir, env={**self.env, **(env or {})},
                             capture_output=True, text=True, timeout=120)
        told = f'{args}: {run.returncode}\n{run.stdout}{run.stderr}'
        self.assertIn(run.returncode, status if isinstance(status, tuple) else (status,), told)
        if run.returncode:
            self.assertRegex(run.stderr, r'(?m)^yoke[^\n:]*: .', told)
            self.assertIn(says, run.stderr, told)
        return run

    def yoke(self, *args, **kwargs):
        return self.run_yoke(*args, **kwargs).stdout

    def told(self, *args, **kwargs):
        return self.run_yoke(*args, **kwargs).stderr

    def report(self, *args, **kwargs):
        """The JSON of a command, its schema checked."""
        found = json.loads(self.yoke(*args, '--json', **kwargs))
        self.assertEqual(found['schema'], f'yoke-{args[0]}/1')
        return found

    def has_fp64(self):
        """Whether some device here has it."""
        devices = [d for p in self.report('devices')['platforms'] for d in p['devices']]
        return any(d['usable'] and d['fp64'] for d in devices)

    def types(self):
        """The types that NumPy computes in, and some device here."""
        return ['f32', 'f64'] if self.has_fp64() else ['f32']

    def save(self, name, array):
        np.save(self.dir / name, array)
        return name

    def random(self, shape, name='f32', order='C'):
        return np.asarray(self.rng.uniform(-1, 1, shape), TYPES[name], order=order)

    def assert_within(self, path, want, limit, name):
        got = np.load(self.dir / path)
        self.assertEqual(got.dtype, TYPES[name])
        self.assertEqual(got.shape, want.shape)
        self.assertTrue(got.flags.c_contiguous)
        wrong = ~(abs(got - want) <= limit)
        self.assertFalse(wrong.any(), f'{path}: {got[wrong]} where it is {want[wrong]}')


def main(needs_device=True, needs_numpy=True):
    """Run the tests of the calling file; skip them where something is missing that they need."""
    if needs_numpy and np is None:
        print('no NumPy: install python3-numpy')
        sys.exit(77)
    if needs_device and subprocess.run([YOKE, 'devices'], capture_output=True).returncode:
        print('no usable OpenCL device')
        sys.exit(77)
    unittest.main(module='__main__')
