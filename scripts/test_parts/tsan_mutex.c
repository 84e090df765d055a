// Shows Thread Sanitizer the order that the contended path of Swift's Mutex makes.
//
// The fast path is inlined, so that its atomics are seen. The contended one, a priority inheriting futex, is in
// libswiftSynchronization.so, which is not instrumented, and what it orders looks like a race. These two stand before it
// (LD_PRELOAD) and say what it acquires and releases, so that nothing has to be suppressed.
// Their self comes in the register of swiftcall's context.
#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>

#define SWIFT __attribute__((swiftcall))
#define CONTEXT __attribute__((swift_context))
#define LOCK_SLOW "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK_SLOW "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

// Absent in programs that are not instrumented and inherit the environment.
extern void __tsan_acquire(void *address) __attribute__((weak));
extern void __tsan_release(void *address) __attribute__((weak));

typedef SWIFT void (*LockSlow)(uint32_t, CONTEXT void *);
typedef SWIFT void (*UnlockSlow)(CONTEXT void *);

SWIFT void lockSlow(uint32_t thread, CONTEXT void *handle) __asm__(LOCK_SLOW);
SWIFT void unlockSlow(CONTEXT void *handle) __asm__(UNLOCK_SLOW);

SWIFT void lockSlow(uint32_t thread, CONTEXT void *handle) {
    LockSlow original = (LockSlow)dlsym(RTLD_NEXT, LOCK_SLOW);
    original(thread, handle);
    if (__tsan_acquire != NULL) __tsan_acquire(handle);
}

SWIFT void unlockSlow(CONTEXT void *handle) {
    if (__tsan_release != NULL) __tsan_release(handle);
    UnlockSlow original = (UnlockSlow)dlsym(RTLD_NEXT, UNLOCK_SLOW);
    original(handle);
}
