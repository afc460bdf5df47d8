"""`yoke tune` writes a database that other processes obey, explain, export and merge."""
import fcntl, os, re, subprocess, time

from yoke_cli import CliTest, YOKE, main

# Of a type that few rows take: each is compiled.
TYPE = ('--type', 'c64')
SHAPE, OTHER = (48, 56, 64, *TYPE), (8, 8, 8, *TYPE)
SHORT = ('--budget', 4)  # seconds, enough for what is compiled already


class Tune(CliTest):
    @classmethod
    def setUpClass(cls):
        """Compile once, with time enough."""
        super().setUpClass()
        for shape in SHAPE, OTHER:
            subprocess.run([YOKE, 'tune', *map(str, shape), '--budget', '60'], check=True,
                           env={**cls.env, 'YOKE_TUNE': '0'}, capture_output=True)

    def setUp(self):
        super().setUp()
        self.db = self.dir / 'tune.db'
        self.env = {k: v for k, v in self.env.items() if k != 'YOKE_TUNE'}
        self.env.update(YOKE_TUNE_DB=str(self.db), HOME=str(self.dir))

    def tune(self, *args, **kwargs):
        return self.report('tune', *args, *SHORT, **kwargs)['tuned']

    def explain(self, *args, **kwargs):
        return self.report('tune', *args, '--explain', **kwargs)['explained'][0]

    def variants(self, **kwargs):
        return set(self.report('gemm', *SHAPE, **kwargs)['variant'].values())

    def last_variant(self):
        told = self.told('gemm', 4, 4, 4, '--variant', 'none', status=2)
        return told.strip().split(', ')[-1].split()[-1]

    def replant(self, row, path=None):
        """Give every entry another row, which is also its proof that it is used."""
        path = path or self.db
        lines = []
        for line in path.read_text().splitlines():
            fields = line.split('\t')
            if len(fields) == 8:
                fields[4:6] = ['3.250', row]
            lines.append('\t'.join(fields) + '\n')
        path.write_text(''.join(lines))

    def test_entry_is_written_and_obeyed(self):
        self.assertEqual(self.explain(*SHAPE)['source'], 'order')
        for entry in self.tune(*SHAPE):
            self.assertEqual(entry['op'], 'gemm')
            self.assertEqual(entry['database'], str(self.db))
            self.assertEqual((entry['shape']['M'], entry['shape']['K']), (48, 64))
            rows = {row['variant']: row for row in entry['rows']}
            self.assertEqual(rows[entry['variant']]['verdict'], 'best')
            self.assertEqual(sum(row['verdict'] == 'best' for row in rows.values()), 1)
            self.assertGreaterEqual(entry['ratio'], 1.0)
        self.assertEqual(self.explain(*SHAPE)['source'], 'shape')
        self.assertEqual(self.explain(47, 50, 60, *TYPE)['source'], 'bucket')
        self.assertEqual(self.explain(49, 50, 60, *TYPE)['source'], 'order')
        self.assertEqual(self.explain(*SHAPE, '--type', 'f16')['source'], 'order')

        last = self.last_variant()
        self.replant(last)
        self.assertEqual(self.variants(), {last})
        found = self.explain(*SHAPE)
        self.assertEqual((found['variant'], found['ratio']), (last, 3.25))
        self.assertIn('3.25 times as fast', found['why'])
        self.assertIn(str(self.db), found['why'])
        self.assertIn(found['why'], self.yoke('tune', *SHAPE, '--explain'))
        untuned = self.explain(*SHAPE, env={'YOKE_TUNE': '0'})
        self.assertEqual(untuned['source'], 'order')

    def test_quarantine_is_obeyed(self):
        first = self.explain(*SHAPE)['variant']
        last = self.last_variant()
        if first == last:
            self.skipTest('one variant only')
        self.tune(*SHAPE)
        entry = self.db.read_text().splitlines()[-1].split('\t')
        ban = [*entry[:3], '-', 'quarantine: planted by a test', first, *entry[6:]]
        self.db.write_text('\t'.join(ban) + '\n')
        found = self.explain(*SHAPE)
        self.assertNotEqual(found['variant'], first)
        self.assertIn(f'in quarantine: {first} (planted by a test', found['why'])
        self.assertNotIn(first, self.variants())
        rows = {row['variant']: row for row in self.tune(*SHAPE)[0]['rows']}
        self.assertEqual(rows[first]['verdict'], 'quarantined')
        self.assertEqual(rows[first]['why'], 'planted by a test')
        self.assertEqual(self.explain(*SHAPE, '--type', 'f16')['why'].find('quarantine'), -1)

    def plant_bans(self, *rows):
        """Lines that put rows into quarantine, behind one for another device."""
        if not self.db.exists():
            self.tune(*SHAPE)
        entry = self.db.read_text().splitlines()[-1].split('\t')
        bans = [[*entry[:3], '-', 'quarantine: planted', row, *entry[6:]] for row in rows]
        other = [*bans[0][:7], 'a device of nobody']
        kept = self.db.read_text() + '# a remark\n' + '\t'.join(other) + '\n'
        self.db.write_text(kept + ''.join('\t'.join(ban) + '\n' for ban in bans))
        return kept

    def test_forgiving(self):
        first, last = self.explain(*SHAPE)['variant'], self.last_variant()
        if first == last:
            self.skipTest('one variant only')
        one = ('--devices', self.report('devices')['platforms'][0]['devices'][0]['id'])
        kept = self.plant_bans(first, 'gemm_skinny')
        self.assertIn(f'{first} (planted', self.explain(*SHAPE, *one)['why'])
        self.assertIn('1 quarantine lifted', self.yoke('tune', '--forgive', 'gemm_skinny', *one))
        self.assertNotIn('gemm_skinny (planted', self.explain(*SHAPE, *one)['why'])
        self.assertIn(f'{first} (planted', self.explain(*SHAPE, *one)['why'])
        forgiven = self.report('tune', '--forgive', *one)['forgiven']
        self.assertEqual([f['lifted'] for f in forgiven], [1])
        self.assertEqual(self.db.read_text(), kept)
        self.assertNotIn('quarantine', self.explain(*SHAPE, *one)['why'])
        before = os.stat(self.db).st_mtime_ns
        self.assertIn('0 quarantines', self.yoke('tune', '--forgive', *one))
        self.assertEqual(os.stat(self.db).st_mtime_ns, before)
        self.db.unlink()
        self.assertIn('0 quarantines', self.yoke('tune', '--forgive', *one))
        self.assertFalse(self.db.exists())

    def test_last_variant_is_never_in_quarantine(self):
        last = self.last_variant()
        rows = [row['variant'] for row in self.tune(*SHAPE)[0]['rows']]
        self.plant_bans(*rows)
        found = self.explain(*SHAPE)
        self.assertEqual(found['variant'], last)
        self.assertNotIn(f'{last} (planted', found['why'])
        self.assertEqual(self.variants(), {last})

    def test_export_and_concatenation(self):
        self.tune(*SHAPE)
        self.tune(*OTHER, '--db', 'other.db')
        self.assertEqual(self.explain(*OTHER)['source'], 'order')
        both = self.db.read_text() + '# and\n' + (self.dir / 'other.db').read_text()
        (self.dir / 'both.db').write_text(both + 'damaged\n' + both)
        for shape in (SHAPE, OTHER):
            self.assertEqual(self.explain(*shape, '--db', 'both.db')['source'], 'shape')
        self.assertEqual(self.yoke('tune', '--export', 'out.db', '--db', 'both.db'), '')
        entries = [line for line in (self.dir / 'out.db').read_text().splitlines()
                   if not line.startswith('#')]
        self.assertEqual(len(entries), len(set(entries)))
        self.assertEqual(self.explain(*SHAPE, '--db', 'out.db')['source'], 'shape')
        self.yoke('tune', '--export', 'absent/out.db', status=1, says='absent')
        env = {'YOKE_TUNE_DB': f'{self.db}:{self.dir}/other.db'}
        for shape in (SHAPE, OTHER):
            self.assertEqual(self.explain(*shape, env=env)['source'], 'shape')

    def test_what_is_not_understood_is_said_and_kept(self):
        self.tune(*SHAPE)
        own = self.db.read_bytes().replace(b'\n', b'\r\n')
        strange = b'yoke-tune/3\tof a later version\n\xff\x00\n'
        self.db.write_bytes(b'\xef\xbb\xbf' + own + strange)
        said = f'{self.db}: 2 lines are not understood, the first is line {own.count(10) + 1}'
        found = self.explain(*SHAPE)
        self.assertEqual(found['source'], 'shape')
        self.assertIn(said, found['why'])
        self.assertIn(said, self.yoke('tune', *SHAPE, '--explain'))
        self.assertIn(said, self.told('gemm', *SHAPE, '-v'))
        self.assertEqual(self.told('gemm', *SHAPE), '')
        self.tune(*OTHER)
        self.assertIn(strange, self.db.read_bytes())
        for shape in (SHAPE, OTHER):
            self.assertEqual(self.explain(*shape)['source'], 'shape')

    def test_locks_of_others(self):
        folder = os.open(self.dir, os.O_RDONLY)
        fcntl.flock(folder, fcntl.LOCK_EX)
        self.tune(*SHAPE)
        os.close(folder)
        with open(f'{self.db}.lock', 'r+') as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            begin = time.monotonic()
            self.yoke('tune', *OTHER, *SHORT, status=1, says='tune.db.lock')
            self.assertLess(time.monotonic() - begin, 2 * SHORT[1])
        self.assertEqual(self.explain(*OTHER)['source'], 'order')

    def test_text_and_default_place(self):
        env = {k: v for k, v in self.env.items() if k != 'YOKE_TUNE_DB'}
        self.env, data = env, self.dir / 'data'
        text = self.yoke('tune', *SHAPE, *SHORT, env={'XDG_DATA_HOME': str(data)})
        found = data / 'yoke' / 'tune.db'
        self.assertIn(str(found), text)
        for part in ('(48 x 56 x 64) NN, c64', 'best', 'times as fast as'):
            self.assertIn(part, text)
        self.assertEqual(os.stat(found).st_mode & 0o777, 0o600)
        self.assertEqual(os.stat(found.parent).st_mode & 0o777, 0o700)
        self.assertIn('written nowhere',
                      self.yoke('tune', *SHAPE, *SHORT, env={'YOKE_TUNE': '0'}))

    def test_set_and_options(self):
        explained = self.report('tune', '--set', 'square', '--explain', '--trans', 'TN', '--batch', 2)
        shapes = [entry['shape'] for entry in explained['explained']]
        self.assertEqual({s['M'] for s in shapes} >= {16, 512, 4096}, True)
        self.assertEqual({(s['trans'], s['batch']) for s in shapes}, {('TN', 2)})
        layers = [entry['shape'] for entry in self.report('tune', '--set', 'dnn', '--explain')['explained']]
        self.assertEqual(len(layers), 84)
        self.assertIn({'M': 128, 'N': 128, 'K': 64, 'batch': 96, 'trans': 'NT'}, layers)

    def test_database_that_cannot_be_written(self):
        self.yoke('tune', *SHAPE, *SHORT, '--db', 'absent/tune.db', status=1, says='absent')
        self.yoke('tune', *SHAPE, *SHORT, '--db', '.', status=1, says='Is a directory')

    def test_paths_that_are_no_utf8(self):
        name = os.fsdecode(b'caf\xe9.db')
        for entry in self.tune(*SHAPE, '--db', name):
            self.assertEqual(entry['database'], f'{os.path.realpath(self.dir)}/caf\ufffd.db')
        self.assertIn('caf\ufffd.db', self.explain(*SHAPE, '--db', name)['why'])

    def test_directory_that_is_gone(self):
        script = f'mkdir gone; cd gone; rmdir ../gone; exec {YOKE} tune 4 4 4 --db z.db'
        done = subprocess.run(['sh', '-c', script], cwd=self.dir, env=self.env, capture_output=True,
                              text=True)
        self.assertEqual(done.returncode, 1)
        self.assertIn("--db is 'z.db'; the current directory: No such file", done.stderr)
        self.yoke('tune', *SHAPE, *SHORT, '--db', '/' + 'x' * 5000, status=1,
                  says='more than 4095 bytes')

    def test_no_progress_without_a_terminal(self):
        run = self.run_yoke('tune', *SHAPE, *SHORT)
        self.assertNotIn('\r', run.stderr)
        self.assertFalse(re.search('checking|timing', run.stderr))

    def profile(self):
        report = self.report('tune', '--device-profile', '--budget', 30)['profiled']
        self.assertEqual(report[0]['database'], str(self.db))
        return {field['name']: field for field in report[0]['fields']}

    def test_profile_is_measured_and_taken(self):
        first = self.profile()
        lines = [line.split('\t') for line in self.db.read_text().splitlines() if line[0] != '#']
        self.assertEqual({line[3]: int(line[5]) for line in lines},
                         {name: field['value'] for name, field in first.items()})
        for line in lines:
            self.assertEqual(line[1], 'profile')
            if line[3] == 'k_block':
                line[5] = '176'
        self.db.write_text(''.join('\t'.join(line) + '\n' for line in lines))
        second = self.profile()
        self.assertEqual(second['k_block']['before'], 176)
        exported = self.dir / 'exported.db'
        self.yoke('tune', '--export', exported)
        self.assertEqual(exported.read_text().count('\tprofile\t'), len(lines))

    def test_profile_is_no_shape(self):
        for args in (8, 8, 8), ('--set', 'square'), ('--explain',), ('--forgive',):
            self.told('tune', '--device-profile', *args, status=2)


if __name__ == '__main__':
    main()
