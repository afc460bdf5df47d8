"""Fail when src/ calls an OpenCL function that the fault layer does not know."""
import pathlib, re, sys

src, layer = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]).read_text()
known = set(re.findall(r'\bX\((\w+)\)', layer))
called = {name for path in src.rglob('*.c') for name in re.findall(r'\bcl([A-Z]\w+)\(', path.read_text())}
missing = sorted(called - known)
sys.exit('tests/fault/fault_layer.c lacks cl' + ', cl'.join(missing) if missing else 0)
