"""Files that the command writes: whole or absent, in their place, refused before the work."""
import json, os, pathlib, shutil, signal, stat, subprocess

from yoke_cli import CliTest, YOKE, main, np

FAULTS = os.environ['YOKE_FAULTS']
GEMM = ['gemm', '5', '4', '3']
CONV = ['conv', '--input', '1x2x4x4', '--filters', '3x2x3x3']
DEMO = ['demo', '--synthetic', '--train', '20', '--test', '10']
KILLERS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


class Output(CliTest):
    def left(self):
        return sorted(p.name for p in self.dir.iterdir())

    def result(self, name='C.npy'):
        return np.load(self.dir / name).shape

    def faulty(self, *args, **env):
        """Run it with faults preloaded."""
        asan = os.environ.get('ASAN_OPTIONS', '') + ':verify_asan_link_order=0'
        return subprocess.run([YOKE, *map(str, args)], cwd=self.dir, capture_output=True, text=True,
                              timeout=120, env={**self.env, 'LD_PRELOAD': FAULTS,
                                                'ASAN_OPTIONS': asan, **env})

    def test_names_that_processes_of_the_same_number_left(self):
        script = f'touch C.npy.$$.tmp; exec {YOKE} gemm 5 4 3 -o C.npy'
        done = subprocess.run(['sh', '-c', script], cwd=self.dir, env=self.env, capture_output=True,
                              text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.result(), (5, 4))

    def test_links_modes_and_long_names(self):
        (self.dir / 'real').mkdir()
        (self.dir / 'real/C.npy').write_text('old')
        (self.dir / 'real/C.npy').chmod(0o600)
        for name, target in (('C.npy', 'real/C.npy'), ('sheet.png', 'real/sheet.png')):
            (self.dir / name).symlink_to(target)
        self.yoke(*GEMM, '-o', 'C.npy')
        self.assertEqual(self.result('real/C.npy'), (5, 4))
        self.yoke(*DEMO, '-o', 'sheet.png')
        self.assertEqual((self.dir / 'real/sheet.png').read_bytes()[:4], b'\x89PNG')
        for name in ('C.npy', 'sheet.png'):
            self.assertTrue((self.dir / name).is_symlink())
        self.assertEqual(stat.S_IMODE((self.dir / 'real/C.npy').stat().st_mode), 0o600)
        self.yoke(*GEMM, '-o', 'x' * 255)
        self.yoke(*CONV, '-o', 'y' * 251 + '.npy')
        self.assertEqual(self.result('x' * 255), (5, 4))
        self.assertEqual(len(self.left()), 5)

    def test_refused_before_the_work(self):
        """Where no device is, the file is what it says."""
        (self.dir / 'file').write_text('')
        (self.dir / 'none').mkdir()
        env = {'OCL_ICD_VENDORS': str(self.dir / 'none'), 'YOKE_TUNE': '1'}
        for command in ([*GEMM, '-o'], [*CONV, '-o'], [*DEMO, '-o'], ['tune', 8, 8, 8, '--export'],
                        ['tune', 8, 8, 8, '--db'], ['tune', '--export']):
            for path, says in (('absent/f', 'No such file'), ('file/f', 'Not a directory'),
                               ('none', 'Is a directory'), ('x' * 256, 'File name too long'),
                               ('none/' + 'x' * 256, 'File name too long')):
                with self.subTest(command=command, path=path[:20]):
                    self.yoke(*command, path, status=1, says=says, env=env)
        self.assertEqual(self.left(), ['file', 'none'])

    def test_devices_and_pipes_are_written_in_place(self):
        os.mkfifo(self.dir / 'pipe')
        reader = os.open(self.dir / 'pipe', os.O_RDONLY | os.O_NONBLOCK)
        self.addCleanup(os.close, reader)
        self.yoke(*GEMM, '-o', 'pipe')
        self.assertEqual(os.read(reader, 6), b'\x93NUMPY')
        self.assertTrue((self.dir / 'pipe').is_fifo())
        self.yoke(*GEMM, '-o', '/dev/null')
        self.assertTrue(pathlib.Path('/dev/null').is_char_device())
        self.yoke(*GEMM, '-o', '/dev/full', status=1, says='No space left')
        done = subprocess.run([YOKE, *GEMM, '-o', '/dev/stdout'], capture_output=True, env=self.env)
        self.assertEqual(done.stdout[:6], b'\x93NUMPY')
        self.assertIn(b'GFLOP/s', done.stdout)
        self.assertEqual(self.left(), ['pipe'])

    def test_mounted_files_are_written_in_place(self):
        """As containers mount one file: it cannot be renamed over, which showed after the work."""
        unshare = ['unshare', '--user', '--map-root-user', '--mount', 'sh', '-c']
        (self.dir / 'outside').write_text('x' * 5000)
        (self.dir / 'C.npy').write_text('')
        mount = 'mount --bind outside C.npy'
        if not shutil.which('unshare') or subprocess.run([*unshare, mount], cwd=self.dir,
                                                         capture_output=True).returncode:
            self.skipTest('mounting is not allowed')
        script = f'{mount} && exec {YOKE} gemm 5 4 3 -o C.npy'
        done = subprocess.run([*unshare, script], cwd=self.dir, env=self.env, capture_output=True,
                              text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.result('outside'), (5, 4))
        self.assertEqual((self.dir / 'outside').stat().st_size, 128 + 5 * 4 * 4)
        self.assertEqual(self.left(), ['C.npy', 'outside'])

    def test_killed_while_it_writes(self):
        for number in KILLERS:
            with self.subTest(number):
                (self.dir / 'C.npy').write_text('old')
                killed = {'YOKE_FAULT_SYNC': str(int(number))}
                done = self.faulty(*GEMM, '-o', 'C.npy', YOKE_CACHE='0', **killed)
                self.assertEqual(done.returncode, -number, done.stderr)
                self.assertEqual((self.dir / 'C.npy').read_text(), 'old')
                done = self.faulty('tune', '--export', 'out.db', YOKE_TUNE='1', YOKE_CACHE='0',
                                   YOKE_TUNE_DB=str(self.dir / 'in.db'), **killed)
                self.assertEqual(done.returncode, -number, done.stderr)
                cache = self.dir / 'cache'
                done = self.faulty(*GEMM, YOKE_CACHE_DIR=str(cache), **killed)
                self.assertEqual(done.returncode, -number, done.stderr)
                self.assertEqual(list(cache.iterdir()), [])
                self.assertEqual(self.left(), ['C.npy', 'cache'])

    def test_driver_that_crashes_at_the_end(self):
        """What was finished is there: the report, whole, and the file."""
        demo = (*DEMO, '-o', 'sheet.png')
        devices = [d for p in self.report('devices')['platforms'] for d in p['devices']]
        one = next(d['id'] for d in devices if d['usable'])
        for args in (GEMM, CONV, demo, ['tune', 8, 8, 8, '--explain'], ['devices', '--devices', one]):
            with self.subTest(args=args):
                want = self.yoke(*args, '--json')
                done = self.faulty(*args, '--json', YOKE_FAULT_RELEASE='1')
                self.assertEqual(done.returncode, -signal.SIGABRT, done.stderr)
                self.assertEqual(json.loads(done.stdout).keys(), json.loads(want).keys())
        done = self.faulty(*GEMM, '-o', 'C.npy', YOKE_FAULT_RELEASE='1')
        self.assertIn('GFLOP/s', done.stdout)
        self.assertEqual(self.result(), (5, 4))

    def test_ignored_signals_stay_ignored(self):
        script = f"trap '' HUP; exec {YOKE} gemm 5 4 3 -o C.npy"
        done = subprocess.run(['sh', '-c', script], cwd=self.dir, capture_output=True, text=True,
                              env={**self.env, 'LD_PRELOAD': FAULTS, 'YOKE_FAULT_SYNC': '1',
                                   'ASAN_OPTIONS': 'verify_asan_link_order=0'})
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.result(), (5, 4))

    def test_failed_write_leaves_nothing(self):
        """Past the limit of a file's size; of its signal a driver may have a handler, too."""
        self.yoke('gemm', 512, 512, 1)  # what is compiled is on disk
        for trap in ("trap '' XFSZ; ", ''):
            script = f'{trap}ulimit -f 1024; exec {YOKE} gemm 512 512 1 -o C.npy'
            done = subprocess.run(['sh', '-c', script], cwd=self.dir, env=self.env,
                                  capture_output=True, text=True)
            self.assertIn(done.returncode, [1] if trap else [1, -signal.SIGXFSZ], done.stderr)
            if done.returncode == 1:
                self.assertIn('C.npy: cannot write it: File too large', done.stderr)
            self.assertEqual(self.left(), [])


if __name__ == '__main__':
    main()
