"""Fail when a function of the headers that may come to a device is not in tests/test_fork.c."""
import pathlib, re, sys

headers, test = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]).read_text()
NO_DEVICE = {'yoke_cache_info_create', 'yoke_cache_info_destroy', 'yoke_cache_clear', 'yoke_conv_output',
             'yoke_report_create', 'yoke_report_destroy', 'yoke_tensor_dense',
             'yoke_tensor_extent', 'yoke_tune_export'}

named = set()
for path in (headers / 'yoke').glob('*.h'):
    text = path.read_text()
    named |= set(re.findall(r'YOKE_MUST_CHECK\s+yoke_status\s+(yoke_\w+)\(', text))
    named |= set(re.findall(r'YOKE_API void (yoke_\w+_destroy)\(', text)) - {'yoke_system_destroy'}
missing = sorted(name for name in named - NO_DEVICE if name + '(' not in test)
sys.exit('tests/test_fork.c lacks ' + ', '.join(missing) if missing or not named else 0)
