/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "listener.h"

#include <sodium.h>

#define DRAWN 32 /* bytes of a seed or a scalar */

static Needles *listening; /* where what is drawn is added, or NULL */
static const char *drawn_name;
static guint n_drawn;

static const char *
random_name (void)
{
  return "listening";
}

static uint32_t
random_number (void)
{
  return randombytes_sysrandom_implementation.random ();
}

static void
random_stir (void)
{
  randombytes_sysrandom_implementation.stir ();
}

static void
random_bytes (void *const out, const size_t size)
{
  randombytes_sysrandom_implementation.buf (out, size);
  if (listening == NULL || size < DRAWN)
    return;
  /* A scalar is what was drawn without its highest bits. */
  needles_add (listening, drawn_name, out, DRAWN - 1);
  n_drawn++;
}

static int
random_close (void)
{
  return randombytes_sysrandom_implementation.close ();
}

void
listener_install (void)
{
  static randombytes_implementation listener = { .implementation_name = random_name,
                                                 .random = random_number,
                                                 .stir = random_stir,
                                                 .buf = random_bytes,
                                                 .close = random_close };

  g_assert_cmpint (randombytes_set_implementation (&listener), ==, 0);
}

void
listener_start (Needles *to, const char *name)
{
  listening = to;
  drawn_name = name;
  n_drawn = 0;
}

guint
listener_stop (void)
{
  listening = NULL;
  return n_drawn;
}
