/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fixture.h"
#include "hand.h"

/* What some changes to an input keep. */
typedef enum { FUZZ_BYTES, FUZZ_JSON, FUZZ_LINES } FuzzShape;

/* One reader of bytes from outside. The program gives it inputs that grow out of its seeds;
 * crashes, leaks, undefined behaviour and broken FUZZ_CHECKs stop it with the input. */
typedef struct {
  const char *name;
  void (*prepare) (void);                            /* what is made once; may be NULL */
  gboolean (*run) (const guint8 *bytes, gsize size); /* TRUE: the reader took the input */
  void (*seeds) (void);                              /* calls fuzz_seed() */
  FuzzShape shape;
} FuzzTarget;

/* What a reader or the writer beside it promises. In every build. */
#define FUZZ_CHECK(expr)                                                                           \
  do {                                                                                             \
    if (!(expr))                                                                                   \
      g_error ("%s:%d: broken: %s", __FILE__, __LINE__, #expr);                                    \
  } while (0)

/* An input to begin with; the target must take it, so that no target tests its refusals alone. */
void fuzz_seed (const char *name, gconstpointer bytes, gsize size);
void fuzz_seed_text (const char *name, const char *text);
/* One that stands just beyond what the target takes. */
void fuzz_seed_refused (const char *name, const char *text);

/* @accepted and @error say the same, and the message can be shown to a person. Returns @accepted.
 */
gboolean fuzz_verdict (gboolean accepted, GError *error);
/* The same for collected problems. */
gboolean fuzz_problems (gboolean accepted, const GPtrArray *problems);
/* No control characters that a terminal would obey. */
void fuzz_check_words (const char *words);

/* A folder of the run's own, for what reads files. */
char *fuzz_path (const char *name);
void fuzz_write (const char *path, gconstpointer bytes, gsize size);

/* The same election in every run: keys are made from random numbers that begin at the same place.
 */
TabellaFixture *fuzz_fixture (void);
const Hand *fuzz_hand (void);
/* The input as a string; it ends at its first zero byte. */
char *fuzz_text (const guint8 *bytes, gsize size);
