// A frame that keeps a reference to a dead stack variable shall be found, which AddressSanitizer does only when asked.

extern "C" const char* __asan_default_options();
extern "C" const char* __asan_default_options() { return "detect_stack_use_after_return=1"; }
