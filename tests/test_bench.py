"""yoke-bench: small shapes, each option once; what it writes is what DESIGN says of the schema.

YOKE_BENCH is the program, from meson.
"""
import json, os, pathlib, shutil, subprocess, sys, tempfile, unittest

BENCH = os.environ['YOKE_BENCH']
QUICK = ['--sizes', '17,33x9x20', '--rounds', '1']
NUMBERS = ('gflops', 'gbs', 'peak_share', 'copy_share')


def run(*args, **env):
    """PoCL compiles a kernel once more to give its binary away, and has a cache of its own."""
    return subprocess.run([BENCH, *args], capture_output=True, text=True, timeout=300,
                          env={**os.environ, 'YOKE_CACHE': '0', **env})


class Bench(unittest.TestCase):
    def setUp(self):
        tmp = tempfile.TemporaryDirectory()
        self.addCleanup(tmp.cleanup)
        self.dir = pathlib.Path(tmp.name)

    def report(self, *args, **env):
        """The JSON of a run that must go well, its common parts checked."""
        path = self.dir / 'report.json'
        done = run(*args, '--json', str(path), **env)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        report = json.loads(path.read_text())
        self.assertEqual(report['schema'], 'yoke-bench/1')
        self.assertEqual(report['command'], args[0])
        self.assertTrue(report['device']['name'])
        for row in report['rows']:
            ms = row['ms']
            self.assertTrue(0 < ms['min'] <= ms['median'] <= ms['p90'], row)
            self.assertIs(row['checked'], True)
            self.assertTrue(row['label'])
        return report

    def has_fp64(self):
        return 'no fp64' not in run('gemm', *QUICK, '--type', 'f64').stderr

    def test_gemm_of_every_type(self):
        types = ['f32', 'f16', 'bf16', 'c64', 's8'] + ['f64', 'c128'] * self.has_fp64()
        for name in types:
            with self.subTest(type=name):
                trans = ['NN', 'TT'] if name == 'f32' else ['TN']
                rows = self.report('gemm', *QUICK, '--type', name, '--trans', ','.join(trans))['rows']
                self.assertEqual([r['shape']['trans'] for r in rows], trans * 2)
                self.assertEqual((rows[-1]['shape']['M'], rows[-1]['shape']['N']), (33, 9))
                for row in rows:
                    self.assertEqual((row['op'], row['type']), ('gemm', name))
                    self.assertTrue(row['variant'])
                    self.assertTrue(all(row[key] > 0 for key in NUMBERS), row)

    def test_gemm_against_ourselves(self):
        report = self.report('gemm', '--sizes', '33', '--rounds', '2', '--trans', 'all',
                             '--type', 'f16', '--epilogue', 'bias,gelu',
                             '--against', 'f32,plain,gemm_general')
        names = {'f32', 'plain', 'gemm_general'}
        self.assertEqual(len(report['rows']), 4)
        for row in report['rows']:
            self.assertEqual(row['shape']['epilogue'], 'bias,gelu')
            self.assertEqual(set(row['ratio']), names)
            self.assertEqual(set(row['peers']), names)
            self.assertEqual(row['peers']['gemm_general']['method'], 'gemm_general')
            for name in names:
                self.assertGreater(row['ratio'][name], 0)
                self.assertGreater(row['peers'][name]['ms']['median'], 0)
        self.assertEqual(set(report['summary']['geomean_ratio']), names)

    def test_plot(self):
        path = self.dir / 'plot.svg'
        done = run('gemm', *QUICK, '--against', 'plain', '--plot', str(path))
        if not shutil.which('gnuplot'):
            self.assertEqual(done.returncode, 1)
            self.assertIn('gnuplot is not installed', done.stderr)
            return
        self.assertEqual(done.returncode, 0, done.stderr)
        picture = path.read_text()
        for text in ('<svg', 'GFLOP/s', 'ratio', '17 NN', '33x9x20 NN', 'yoke', 'plain'):
            self.assertIn(text, picture)

    def test_vector_width(self):
        report = self.report('gemm', *QUICK, YOKE_VECTOR_WIDTH='8')
        if report['device']['host']:
            self.assertEqual(report['device']['vector_f32'], 8)
        for wrong in ('0', '7', '32', 'wide', '8 '):
            done = run('gemm', *QUICK, YOKE_VECTOR_WIDTH=wrong)
            self.assertEqual(done.returncode, 1)
            self.assertIn(f'YOKE_VECTOR_WIDTH is "{wrong}"', done.stderr)

    def test_conv(self):
        self.assertGreater(len(self.report('conv', '--set', 'depthwise', '--batch', '1',
                                           '--rounds', '1')['rows']), 1)

    def test_overhead(self):
        rows = self.report('overhead', '--rounds', '1')['rows']
        self.assertEqual({r['shape']['M'] for r in rows if 'shape' in r}, {16, 32, 64})

    def test_conv_epilogue(self):
        for row in self.report('conv', '--set', 'depthwise', '--batch', '1', '--epilogue',
                               'bias,relu', '--against', 'plain', '--rounds', '1')['rows']:
            self.assertEqual(row['shape']['epilogue'], 'bias,relu')
            self.assertGreater(row['ratio']['plain'], 0)

    def test_split(self):
        self.assertEqual(self.report('split', *QUICK)['rows'][0]['op'], 'split')

    def test_wrong_usage(self):
        for args, says in ((['gemm', '--type', 's32'], 'type s32'),
                           (['gemm', '--trans', 'NX'], 'transposition NX'),
                           (['gemm', '--set', 'round'], 'no set round'),
                           (['gemm', '--epilogue', 'relu,tanh'], 'epilogue tanh'),
                           (['conv', '--epilogue', 'clamp'], 'epilogue clamp'),
                           (['gemm', '--peer-core', 'Haswell'], 'peer setting Haswell'),
                           (['overhead', '--type', 'f64'], 'has no option --type')):
            with self.subTest(args=args):
                done = run(*args)
                self.assertEqual(done.returncode, 2)
                self.assertIn(says, done.stderr)

    def test_files_that_cannot_be_written(self):
        """Told before anything is measured, here without a device; a file keeps its mode."""
        for option in ('--json', '--plot'):
            for path, says in (('absent/f', 'No such file'), ('.', 'Is a directory'),
                               ('x' * 256, 'File name too long')):
                done = run('gemm', option, str(self.dir / path), OCL_ICD_VENDORS=str(self.dir))
                self.assertEqual(done.returncode, 1)
                self.assertIn(says, done.stderr)
        self.assertEqual(list(self.dir.iterdir()), [])
        real = self.dir / 'real.json'
        real.write_text('old')
        real.chmod(0o600)
        (self.dir / 'report.json').symlink_to('real.json')
        self.report('gemm', '--sizes', '17', '--rounds', '1')
        self.assertEqual(real.stat().st_mode & 0o777, 0o600)
        self.assertIn('rows', json.loads(real.read_text()))

    def test_variant_that_does_not_exist(self):
        done = run('gemm', *QUICK, '--against', 'gemm_none')
        self.assertEqual(done.returncode, 1)
        self.assertIn('gemm_none', done.stderr)


if run('gemm', '--sizes', '17', '--rounds', '1').returncode:
    print('no usable OpenCL device')
    sys.exit(77)
unittest.main()
