/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "broken.h"

/* Each step while the n-th call to the system fails, in every way. What the officers are told is
 * what the disk holds; it goes on afterwards; no ballot is lost or there twice. With "-m slow"
 * every n; otherwise every n of what voters do, and of the rest some, which the test's seed draws.
 */
int nth_main (int argc, char **argv, const BrokenStep *steps, guint n);
