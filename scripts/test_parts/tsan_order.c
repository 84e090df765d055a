// Shows Thread Sanitizer two orders that Swift's runtime makes out of its sight: its libraries are not instrumented, and
// what they order looks like a race. These functions stand before theirs (LD_PRELOAD) and say what is acquired and
// released, so that nothing has to be suppressed.
//
// - The contended path of Mutex, a priority inheriting futex. (The fast path is inlined: its atomics are seen.)
// - A continuation that is resumed before its task awaits it. The runtime says that the resumption releases the task, but
//   a task that need not suspend acquires nothing. An await ends with the release of the frame of what was called: then it does.
//
// The self of a method comes in the register of swiftcall's context.
#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>

#define SWIFT __attribute__((swiftcall))
#define CONTEXT __attribute__((swift_context))
#define LOCK_SLOW "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK_SLOW "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"
#define TASK_DEALLOCATE "swift_task_dealloc"

// Absent in programs that are not instrumented and inherit the environment.
extern void __tsan_acquire(void *address) __attribute__((weak));
extern void __tsan_release(void *address) __attribute__((weak));
extern SWIFT void *swift_task_getCurrent(void) __attribute__((weak));

typedef SWIFT void (*LockSlow)(uint32_t, CONTEXT void *);
typedef SWIFT void (*UnlockSlow)(CONTEXT void *);
typedef SWIFT void (*TaskDeallocate)(void *);

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

SWIFT void taskDeallocate(void *frame) __asm__(TASK_DEALLOCATE);

SWIFT void taskDeallocate(void *frame) {
    static TaskDeallocate original = NULL;
    TaskDeallocate known = __atomic_load_n(&original, __ATOMIC_RELAXED);
    if (known == NULL) {
        known = (TaskDeallocate)dlsym(RTLD_NEXT, TASK_DEALLOCATE);
        __atomic_store_n(&original, known, __ATOMIC_RELAXED);
    }
    known(frame);
    if (__tsan_acquire != NULL) __tsan_acquire(swift_task_getCurrent());
}
