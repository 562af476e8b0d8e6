/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* For results that can only be wrong by a programming error (hash of a fixed length, a scalar that was
 * checked when it was read): stops the program in every build. Never for anything that input can reach. */
#define TABELLA_MUST(expr)                                                                         \
  do {                                                                                             \
    if (G_UNLIKELY (!(expr)))                                                                      \
      g_error ("%s:%d: impossible: %s", __FILE__, __LINE__, #expr);                                \
  } while (0)
