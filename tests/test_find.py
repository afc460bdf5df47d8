"""The helper that is started is the library's own, whatever names others have chosen.

    test_find.py ASKER ASKER_INSIDE LIBYOKE_SO BAD_ICD
"""
import os, pathlib, shutil, subprocess, sys, tempfile, unittest

ASKER, INSIDE, LIB, BAD = (pathlib.Path(a).resolve() for a in sys.argv[1:5])
NOBODY = 65534
SKIPPED = []


class Find(unittest.TestCase):
    def setUp(self):
        tmp = tempfile.TemporaryDirectory()
        self.addCleanup(tmp.cleanup)
        self.dir = pathlib.Path(tmp.name)
        self.dir.chmod(0o755)
        self.ran = self.dir / 'ran'
        self.vendors = self.dir / 'vendors'
        self.vendors.mkdir()
        self.env = {**os.environ, 'YOKE_CACHE': '0', 'OCL_ICD_VENDORS': str(self.vendors)}

    def plant(self, *folders):
        """A program of somebody else's, which leaves a trace."""
        for folder in folders:
            path = self.dir / folder / 'yoke-helper'
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f'#!/bin/sh\necho ran >{self.ran}\n')
            path.chmod(0o755)

    def ask(self, program, *args, **kwargs):
        kwargs.setdefault('env', self.env)
        run = subprocess.run([str(program), *map(str, args)], capture_output=True, text=True,
                             timeout=60, **kwargs)
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        return run.stdout

    def test_own_helper_is_found(self):
        """Without one this driver would end the program."""
        (self.vendors / 'bad.icd').write_text(f'{BAD}\n')
        for program in ASKER, INSIDE:
            self.assertIn('1 platforms', self.ask(program))

    def test_library_found_by_a_relative_path(self):
        self.plant('evil', 'evil/src', 'evil/src/yoke', 'evil/lib', 'evil/lib/yoke')
        lib = self.dir / 'lib'
        lib.mkdir()
        shutil.copy(LIB, lib / LIB.name.rpartition('.')[0])  # libyoke.so.0.1
        for folder, path in ((self.dir, 'lib'), (LIB.parent.parent, LIB.parent.name)):
            self.ask(ASKER, self.dir / 'evil', cwd=folder,
                     env={**self.env, 'LD_LIBRARY_PATH': path})
            self.assertFalse(self.ran.exists(), path)

    def test_forged_name_of_a_program(self):
        """argv[0] is its caller's word."""
        self.plant('evil', 'evil/yoke', 'evil/src')
        (self.dir / 'evil' / 'tests').mkdir()
        for name in 'evil/asker', 'evil/tests/asker':
            for forged in self.dir / name, name:
                self.ask(forged, executable=INSIDE, cwd=self.dir)
                self.assertFalse(self.ran.exists(), forged)

    def privileged(self, give):
        """A copy that has rights which its user has not, with a planted program beside it."""
        if os.geteuid() != 0:
            return SKIPPED.append('rights of another user: not run as root')
        copy = self.dir / 'copy'
        shutil.copy(INSIDE, copy)
        copy.chmod(0o755)
        if not give(copy):
            return SKIPPED.append('rights of another user: cannot be given')
        self.plant('.', 'yoke')
        self.dir.chmod(0o777)
        home = self.dir / 'home'
        home.mkdir(mode=0o777)
        env = {**self.env, 'YOKE_CACHE_DIR': str(home / 'cache'), 'HOME': str(home),
               'YOKE_TUNE_DB': str(home / 'tune.db')}
        del env['YOKE_CACHE']
        env.pop('YOKE_TUNE', None)
        told = self.ask(copy, env=env, user=NOBODY, group=NOBODY, extra_groups=[])
        if 'secure 1' not in told:
            return SKIPPED.append('rights of another user: not on this file system')
        self.assertFalse(self.ran.exists())
        self.assertIn('cache none\ndatabase none\n', told)

    def test_set_user_id(self):
        self.privileged(lambda copy: copy.chmod(0o4755) is None)

    def test_file_capabilities(self):
        setcap = shutil.which('setcap', path=os.environ.get('PATH', '') + ':/sbin:/usr/sbin')
        self.privileged(lambda copy: setcap and subprocess.run(
            [setcap, 'cap_net_raw+ep', copy], capture_output=True).returncode == 0)


if __name__ == '__main__':
    result = unittest.main(argv=sys.argv[:1], exit=False).result
    if not result.wasSuccessful():
        sys.exit(1)
    for reason in SKIPPED:
        print('skipped:', reason)
    sys.exit(77 if SKIPPED else 0)
