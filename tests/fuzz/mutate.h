/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fuzz.h"

/* One change to @bytes, which have room for @most. The new size, or 0: it could not be made. The
 * same for the same @seed. */
gsize fuzz_mutate (FuzzShape shape, guint8 *bytes, gsize size, gsize most, guint seed);
