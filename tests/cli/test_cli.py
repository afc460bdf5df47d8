"""The commands, wrong usage, and machines with no, broken or mixed OpenCL drivers."""
import json, os, pathlib, re, shutil, subprocess

from yoke_cli import CliTest, YOKE, main, np

VENDORS = pathlib.Path(os.environ.get('OCL_ICD_VENDORS', '/etc/OpenCL/vendors'))
BAD = [pathlib.Path(p) for p in os.environ['YOKE_BAD_ICDS'].split(':')]
CONV = ['conv', '--input', '1x2x4x4', '--filters', '3x2x3x3']

WRONG_USAGE = [
    ([], 'no command'),
    (['frobnicate'], "'frobnicate'"),
    (['--frobnicate'], "'--frobnicate'"),
    (['devices', '--frobnicate'], 'frobnicate'),
    (['devices', 'extra'], "'extra'"),
    (['gemm', '4', '4', '4', '--frobnicate'], 'frobnicate'),
    (['gemm', '4', '4', '4', '--type'], 'type'),
    (['gemm'], '0 arguments'),
    (['gemm', 'A.npy'], '1 argument'),
    (['gemm', '1', '2', '3', '4'], "'4' is one argument too many"),
    (['gemm', '0', '4', '4'], "M is '0'"),
    (['gemm', '4', '4x', '4'], "N is '4x'"),
    (['gemm', '4', '4', ''], "K is ''"),
    (['gemm', '4', '4', ' 4'], "K is ' 4'"),
    (['gemm', '4', '4', '+4'], "K is '+4'"),
    (['gemm', '4', '4', '2147483648'], "K is '2147483648'"),
    (['gemm', '4', '99999999999999999999999', '4'], "N is '99999999999999999999999'"),
    (['gemm', '4', '4', '4', '--repeat', '0'], "--repeat is '0'"),
    (['gemm', '4', '4', '4', '--repeat', '-1'], "--repeat is '-1'"),
    (['gemm', '4', '4', '4', '--repeat', '3x'], "--repeat is '3x'"),
    (['gemm', '4', '4', '4', '--seed', '18446744073709551616'], '--seed is'),
    (['gemm', '4', '4', '4', '--batch', '0'], "--batch is '0'"),
    (['gemm', '4', '4', '4', '--alpha', 'nan'], "--alpha is 'nan'"),
    (['gemm', '4', '4', '4', '--alpha', '1.5q'], "--alpha is '1.5q'"),
    (['gemm', '4', '4', '4', '--beta', ''], "--beta is ''"),
    (['gemm', '4', '4', '4', '--alpha', '1e300'], '--alpha is 1e+300'),
    (['gemm', '4', '4', '4', '--type', 'f8'], "--type is 'f8'"),
    (['gemm', '4', '4', '4', '--type', 'f64', '--tf32'], '--tf32 with f64'),
    (['gemm', '4', '4', '4', '--trans', 'nn'], "--trans is 'nn'"),
    (['gemm', '4', '4', '4', '--variant', 'none'], "--variant is 'none'"),
    (['gemm', '4', '4', '4', '--c', 'A.npy'], "--c is 'A.npy'"),
    (['gemm', 'A.npy', 'B.npy'], 'no -o'),
    (['gemm', 'A.npy', 'B.npy', '-o', 'C.npy', '--batch', '2'], '--batch is 2'),
    (['gemm', 'A.npy', 'B.npy', '-o', 'C.npy', '--beta', '2'], '--beta is 2'),
    (['gemm', 'A.npy', 'B.npy', '-o', 'C.npy', '--c', 'A.npy'], "--c is 'A.npy'"),
    (['gemm', 'A.npy', 'B.npy', '-o', 'C.npy', '--type', 'f64'], 'A.npy holds f32'),
    (['gemm', 'A.npy', 'D.npy', '-o', 'C.npy'], 'D.npy holds f64'),
    (['gemm', 'A.npy', 'A.npy', '-o', 'C.npy'], 'A.npy gives 3 x 4'),
    (['gemm', 'A.npy', 'B.npy', '-o', 'C.npy', '--trans', 'TN'], 'A.npy gives 4 x 3'),
    (['gemm', 'A.npy', 'B.npy', '-o', 'C.npy', '--beta', '1', '--c', 'A.npy'], 'A.npy is 3 x 4'),
    (['gemm', 'A.npy', 'v.npy', '-o', 'C.npy'], 'v.npy is 4'),
    (['gemm', 'A.npy', 'X.npy', '-o', 'C.npy'], 'X.npy is 1 x 2 x 4 x 4'),
    (['gemm', 'A.npy', 'zero.npy', '-o', 'C.npy'], 'zero.npy is a single number'),
    (['gemm', 'two.npy', 'three.npy', '-o', 'C.npy'], 'two.npy has 2 matrices'),
    (['gemm', 'none.npy', 'three.npy', '-o', 'C.npy'], 'none.npy has 0 matrices and three.npy 3'),
    (['conv'], '0 arguments'),
    (['conv', 'X.npy'], '1 argument'),
    (['conv', 'X.npy', 'W.npy', 'b.npy'], "'b.npy' is one argument too many"),
    (['conv', '--input', '1x2x4x4'], '--input and --filters'),
    ([*CONV, 'X.npy'], "'X.npy' and --input"),
    (['conv', 'X.npy', 'W.npy'], 'no -o'),
    (['conv', '--input', '1x2x4', '--filters', '3x2x3x3'], "--input is '1x2x4'"),
    (['conv', '--input', '1x2x4x4x4', '--filters', '3x2x3x3'], "--input is '1x2x4x4x4'"),
    (['conv', '--input', '1x2x0x4', '--filters', '3x2x3x3'], "--input is '1x2x0x4'"),
    (['conv', '--input', '1x2x-4x4', '--filters', '3x2x3x3'], "--input is '1x2x-4x4'"),
    (['conv', '--input', '1x2x4x4', '--filters', '3x2x3x'], "--filters is '3x2x3x'"),
    (['conv', '--input', '1x3x4x4', '--filters', '3x2x3x3'], '3 channels'),
    (['conv', '--input', '1x2x4x4', '--filters', '3x2x5x5'], '5'),
    ([*CONV, '--groups', '3'], '3 groups'),
    ([*CONV, '--groups', '0'], "--groups is '0'"),
    ([*CONV, '--stride', '0'], "--stride is '0'"),
    ([*CONV, '--stride', '1x'], "--stride is '1x'"),
    ([*CONV, '--stride', '1x2x3'], "--stride is '1x2x3'"),
    ([*CONV, '--dilation', 'x'], "--dilation is 'x'"),
    ([*CONV, '--pad', '-1'], "--pad is '-1'"),
    ([*CONV, '--pad', '1x2147483648'], "--pad is '1x2147483648'"),
    ([*CONV, '--layout', 'chwn'], "--layout is 'chwn'"),
    ([*CONV, '--variant', 'none'], "--variant is 'none'"),
    ([*CONV, '--bias', 'v.npy'], 'v.npy is 4; it must be 3, one number for each channel'),
    ([*CONV, '--bias', 'A.npy'], 'A.npy is 3 x 4'),
    ([*CONV, '--bias', 'd.npy'], 'd.npy holds f64'),
    (['conv', 'A.npy', 'W.npy', '-o', 'Y.npy'], 'A.npy is 3 x 4'),
    (['conv', 'X.npy', 'A.npy', '-o', 'Y.npy'], 'A.npy is 3 x 4'),
    (['tune'], '0 arguments'),
    (['tune', '4', '4'], '2 arguments'),
    (['tune', '4', '4', '4', '4'], "'4' is one argument too many"),
    (['tune', '4', '4', '0'], "K is '0'"),
    (['tune', '4', '4', '4', '--set', 'dnn'], "'4' and --set"),
    (['tune', '--set', 'cubes'], "--set is 'cubes'"),
    (['tune', '4', '4', '4', '--op', 'conv'], "--op is 'conv'"),
    (['tune', '4', '4', '4', '--type', 's32'], "--type is 's32'"),
    (['tune', '4', '4', '4', '--trans', 'XX'], "--trans is 'XX'"),
    (['tune', '4', '4', '4', '--batch', '0'], "--batch is '0'"),
    (['tune', '4', '4', '4', '--budget', '0'], "--budget is '0'"),
    (['tune', '4', '4', '4', '--budget', '1e9'], "--budget is '1e9'"),
    (['tune', '4', '4', '4', '--budget', 'long'], "--budget is 'long'"),
    (['tune', '4', '4', '4', '--db', 'a:b'], "--db is 'a:b'"),
    (['tune', '4', '4', '4', '--db', ''], "--db is ''"),
    (['tune', '--forgive', '4', '4', '4'], '3 arguments'),
    (['tune', '--forgive', 'gemm_none'], "VARIANT is 'gemm_none'"),
    (['tune', '--forgive', '--set', 'dnn'], '--forgive and --set'),
    (['tune', '--forgive', '--explain'], '--explain'),
    (['cache'], 'no action'),
    (['cache', 'purge'], "'purge'"),
    (['cache', 'info', 'clear'], "'clear'"),
]


class WrongUsage(CliTest):
    def setUp(self):
        super().setUp()
        for name, shape, kind in (('A', (3, 4), 'f4'), ('B', (4, 5), 'f4'), ('D', (4, 5), 'f8'),
                                  ('v', (4, ), 'f4'), ('d', (3, ), 'f8'), ('zero', (), 'f4'),
                                  ('two', (2, 3, 4), 'f4'), ('three', (3, 4, 5), 'f4'),
                                  ('none', (0, 3, 4), 'f4'), ('X', (1, 2, 4, 4), 'f4'),
                                  ('W', (3, 2, 3, 3), 'f4'), ('b', (3, ), 'f4')):
            self.save(name + '.npy', np.zeros(shape, kind))

    def test_is_exit_status_2(self):
        for args, says in WRONG_USAGE:
            with self.subTest(' '.join(args)):
                self.assertEqual(self.yoke(*args, status=2, says=says), '')

    def test_output_that_cannot_be_written(self):
        for path, says in (('absent/C.npy', 'No such file'), ('A.npy/C.npy', 'Not a directory'),
                           ('.', 'Is a directory'), ('/proc/C.npy', '/proc'),
                           ('x' * 5000, 'too long'), ('x' * 256, 'File name too long')):
            with self.subTest(path[:20]):
                self.yoke('gemm', 'A.npy', 'B.npy', '-o', path, status=1, says=says)
        self.assertEqual([p for p in self.dir.iterdir() if p.suffix != '.npy'], [])

    def test_more_than_memory(self):
        self.yoke('gemm', 2000000000, 2000000000, 4, status=1, says='GiB')
        self.yoke('gemm', 2147483647, 2147483647, 2147483647, '--batch', 2147483647, status=1,
                  says='GiB')
        self.yoke('conv', '--input', '2000000000x1x30000x1', '--filters', '1x1x1x1', status=(1, 2))

    def test_unknown_device(self):
        for args in (['gemm', 4, 4, 4], CONV, ['devices']):
            self.yoke(*args, '--devices', 'no-such-device', status=2, says='no-such-device')
        self.yoke('gemm', 4, 4, 4, status=2, says='no-such-device',
                  env={'YOKE_DEVICES': 'no-such-device'})


class Commands(CliTest):
    def test_help_and_version(self):
        self.assertIn('devices', self.yoke('--help'))
        self.assertRegex(self.yoke('--version'), r'^yoke \d+\.\d+\.\d+\n$')
        for command in ('devices', 'demo', 'gemm', 'conv', 'tune', 'cache'):
            self.assertIn('yoke ' + command, self.yoke(command, '--help'))
            self.assertEqual(self.yoke(command, '--version'), self.yoke('--version'))

    def test_full_output(self):
        with open('/dev/full', 'w') as full:
            for args in (['--help'], ['devices', '--json'], ['cache', 'info']):
                run = subprocess.run([YOKE, *args], stdout=full, stderr=subprocess.PIPE, text=True,
                                     env=self.env)
                self.assertEqual(run.returncode, 1)
                self.assertIn('stdout', run.stderr)

    def test_devices(self):
        devices = [d for p in self.report('devices')['platforms'] for d in p['devices']]
        self.assertTrue(any(d['usable'] for d in devices))
        table = self.yoke('devices')
        for d in devices:
            self.assertIn(d['type'], ('cpu', 'gpu', 'accelerator', 'custom', 'other'))
            self.assertEqual(d['usable'], d['reason'] == '')
            self.assertRegex(table, rf'(?m)^{d["id"]} .*{"usable" if d["usable"] else ""}')

    def test_devices_selected(self):
        devices = [d for p in self.report('devices')['platforms'] for d in p['devices']]
        one = next(d['id'] for d in devices if d['usable'])
        for found in (self.report('devices', '--devices', one),
                      self.report('gemm', 4, 4, 4, '--devices', one)):
            listed = found.get('devices') or [d for p in found['platforms'] for d in p['devices']]
            self.assertEqual([d['id'] for d in listed], [one])

    def test_cache(self):
        self.yoke('gemm', 4, 4, 4)
        info = self.report('cache', 'info')
        self.assertEqual(os.path.realpath(info['path']), os.path.realpath(self.cache.name))
        self.assertIs(info['on'], True)
        self.assertIn(self.cache.name, self.yoke('cache', 'info'))
        self.assertEqual(self.report('cache', 'clear')['removed'], info['entries'])
        self.assertEqual(self.report('cache', 'info')['entries'], 0)
        self.assertIn('0 programs', self.yoke('cache', 'clear'))
        off = self.report('cache', 'info', env={'YOKE_CACHE': '0'})
        self.assertIs(off['on'], False)
        self.assertTrue(off['reason'])
        self.assertIn('off: ', self.yoke('cache', 'info', env={'YOKE_CACHE': '0'}))

    def test_cache_that_cannot_be_used(self):
        """Information says so, and a run, once, with -v; of a cache that is turned off, nothing."""
        (self.dir / 'open').mkdir()
        (self.dir / 'open').chmod(0o777)
        (self.dir / 'link').symlink_to('open')
        for path, says in ((self.dir / 'open', 'can be written by other users'),
                           (self.dir / 'link', 'is a symbolic link'), ('/proc/no/cache', '/proc'),
                           ('/dev/null/cache', 'Not a directory'),
                           ('cache', 'not an absolute path')):
            env = {'YOKE_CACHE_DIR': str(path)}
            with self.subTest(path=path):
                info = self.report('cache', 'info', env=env)
                self.assertIs(info['on'], False)
                self.assertIn(says, info['reason'])
                self.assertIn(f'off: {info["reason"]}', self.yoke('cache', 'info', env=env))
                told = self.told('devices', '--devices', self.device(), '-v', env=env)
                self.assertEqual(told.count('compiles its kernels anew'), 1, told)
                self.assertIn(says, told)
        off = {'YOKE_CACHE': '0'}
        self.assertEqual(self.told('devices', '--devices', self.device(), '-v', env=off), '')
        new = self.dir / 'new/cache'
        self.assertIs(self.report('cache', 'info', env={'YOKE_CACHE_DIR': str(new)})['on'], True)
        self.assertFalse(new.parent.exists())

    def device(self):
        devices = [d for p in self.report('devices')['platforms'] for d in p['devices']]
        return next(d['id'] for d in devices if d['usable'])

    def test_pocl_without_a_home(self):
        names = [p['name'] for p in self.report('devices')['platforms']]
        if 'Portable Computing Language' not in names:
            self.skipTest('no PoCL')
        env = {'HOME': '/proc/nobody', 'XDG_CACHE_HOME': '', 'OCL_ICD_VENDORS': 'pocl.icd'}
        if VENDORS.is_file():
            env['OCL_ICD_VENDORS'] = str(VENDORS)
        for args in (['gemm', 4, 4, 4], ['devices']):
            run = self.run_yoke(*args, status=1, env=env)
            self.assertIn('HOME is /proc/nobody; set POCL_CACHE_DIR', run.stdout + run.stderr)
        self.yoke('gemm', 4, 4, 4, env={**env, 'POCL_CACHE_DIR': str(self.dir)})

    def test_cache_whose_path_is_no_utf8(self):
        path = self.dir / os.fsdecode(b'caf\xe9')
        path.mkdir()
        info = self.report('cache', 'info', env={'YOKE_CACHE_DIR': str(path)})
        self.assertEqual(info['path'], f'{self.dir}/caf\ufffd')

    def test_no_colour_and_no_progress(self):
        run = subprocess.run([YOKE, 'gemm', '4', '4', '4', '--repeat', '5'], capture_output=True,
                             env=self.env)
        self.assertNotIn(b'\x1b', run.stdout + run.stderr)
        self.assertNotIn(b'\r', run.stdout + run.stderr)

    def test_manual_and_completion_have_every_option(self):
        doc = pathlib.Path(os.environ['YOKE_DOC'])
        manual, completion = (doc / 'yoke.1').read_text(), (doc / 'yoke.bash').read_text()
        for command in ('devices', 'demo', 'gemm', 'conv', 'tune', 'cache'):
            for option in re.findall(r' --([a-z0-9-]+)', self.yoke(command, '--help')):
                self.assertIn('--' + option, completion, command)
                if option != 'usage':
                    self.assertIn('\\-\\-' + option.replace('-', '\\-'), manual, command)


# What each command does without them.
DEFAULTS = [
    (['gemm', '9', '8', '7', '-o', 'out'],
     ['--trans', 'NN', '--alpha', '1', '--beta', '0', '--type', 'f32', '--seed', '0', '--repeat',
      '1', '--act', 'none']),
    (['gemm', 'A.npy', 'B.npy', '-o', 'out'],
     ['--trans', 'NN', '--alpha', '1', '--beta', '0', '--type', 'f32', '--seed', '0', '--repeat',
      '1', '--act', 'none']),
    (['gemm', 'A.npy', 'B.npy', '-o', 'out', '--bias', 'b.npy'], ['--bias-by', 'column']),
    ([*CONV, '-o', 'out'],
     ['--stride', '1', '--pad', '0', '--dilation', '1', '--groups', '1', '--layout', 'nchw',
      '--type', 'f32', '--seed', '0', '--repeat', '1', '--act', 'none']),
    (['tune', '9', '8', '7', '--explain'],
     ['--op', 'gemm', '--type', 'f32', '--trans', 'NN', '--batch', '1', '--budget', '10']),
    (['demo', '--synthetic', '--train', '30', '--test', '20', '-o', 'out'],
     ['--memory', '256', '--seed', '1']),
]


class Defaults(CliTest):
    def test_may_be_said(self):
        for name, shape in (('A', (5, 6)), ('B', (6, 4)), ('b', (4,))):
            self.save(name + '.npy', self.random(shape))
        for args, options in DEFAULTS:
            self.yoke(*args)
            file = self.dir / 'out'
            want = file.read_bytes() if 'out' in args else b''
            for option, value in zip(options[::2], options[1::2]):
                with self.subTest(args=args, option=option):
                    self.yoke(*args, option, value)
                    self.assertEqual(file.read_bytes() if want else b'', want)


class Drivers(CliTest):
    """Directories of .icd files, in place of the machine's own."""

    def vendors(self, bogus=False, good=False, bad=None):
        path = self.dir / 'vendors'
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir()
        if good:
            for icd in VENDORS.glob('*.icd') if VENDORS.is_dir() else [VENDORS]:
                shutil.copy(icd, path)
        if bad:
            (path / 'bad.icd').write_text(f'{bad}\n')
        if bogus:
            (path / 'bogus.icd').write_text('/no/such/libopencl-of-nobody.so\n')
        return {'OCL_ICD_VENDORS': str(path)}

    def test_none(self):
        for bogus in (False, True):
            with self.subTest(bogus=bogus):
                env = self.vendors(bogus=bogus)
                self.yoke('devices', status=1, says='no usable OpenCL device', env=env)
                found = json.loads(self.yoke('devices', '--json', status=1, env=env))
                self.assertEqual(found, {'schema': 'yoke-devices/1', 'platforms': []})
                for args in (['gemm', 4, 4, 4], CONV, ['gemm', 4, 4, 4, '--devices', 'cpu']):
                    self.yoke(*args, status=(1, 2), env=env)
                self.yoke('cache', 'info', env=env)

    def test_driver_that_aborts_alone(self):
        for bad in BAD:
            with self.subTest(bad=bad.name):
                run = self.run_yoke('devices', status=1, env=self.vendors(bad=bad))
                self.assertIn('child process, ended the process with signal 6', run.stdout + run.stderr)
                self.yoke('gemm', 4, 4, 4, status=1, env=self.vendors(bad=bad))

    def test_driver_that_aborts_when_asked_for_devices_beside_good_ones(self):
        env = self.vendors(good=True, bad=BAD[0])
        reasons = [p['reason'] for p in self.report('devices', env=env)['platforms']]
        self.assertEqual(sum('signal 6' in r for r in reasons), 1, reasons)
        self.assertIs(self.report('gemm', 5, 6, 7, '--check', env=env)['checked'], True)

    def test_one_bogus_beside_good_ones(self):
        alone = self.report('devices', env=self.vendors(good=True))
        both = self.report('devices', env=self.vendors(good=True, bogus=True))

        def ids(report):
            return sorted(d['name'] for p in report['platforms'] for d in p['devices'])
        self.assertEqual(ids(alone), ids(both))
        report = self.report('gemm', 5, 6, 7, '--check', env=self.vendors(good=True, bogus=True))
        self.assertIs(report['checked'], True)


if __name__ == '__main__':
    main()
