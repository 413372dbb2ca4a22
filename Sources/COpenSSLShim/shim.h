/// What the files of this target share.
#ifndef SHIM_H
#define SHIM_H

#include "ossl.h"

/// Empties the thread's error queue. Each function that takes a fault begins with it.
void ossl_fault_begin(void);

/// Copies the thread's error queue out, empties it and returns -1, so that a function may end with it.
int ossl_fault_take(ossl_fault *fault);

#endif
