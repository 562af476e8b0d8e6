/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <string.h>
#include <glib.h>
#include "group.h"
#include "hash.h"

/* Small helpers shared by the tests of src/crypto/ and by vectors-gen. */

/* 32 bytes from 64 hexadecimal digits. */
static inline void
fixture_unhex (const char *hex, guint8 out[32])
{
  g_assert_cmpuint (strlen (hex), ==, 64);
  for (gsize i = 0; i < 32; i++) {
    int high = g_ascii_xdigit_value (hex[2 * i]), low = g_ascii_xdigit_value (hex[2 * i + 1]);
    g_assert_true (high >= 0 && low >= 0);
    out[i] = (guint8)(high * 16 + low);
  }
}

/* @size bytes that follow from @name alone and differ between names. */
static inline void
fixture_bytes (const char *name, guint8 *out, gsize size)
{
  guint8 seed[randombytes_SEEDBYTES];

  tabella_digest_256 (name, strlen (name), seed);
  randombytes_buf_deterministic (out, size, seed);
}

static inline TabellaScalar
fixture_scalar (const char *name)
{
  guint8 wide[crypto_core_ristretto255_NONREDUCEDSCALARBYTES];
  TabellaScalar s;

  fixture_bytes (name, wide, sizeof wide);
  crypto_core_ristretto255_scalar_reduce (s.b, wide);
  return s;
}

static inline TabellaScalar
fixture_small (gint64 value)
{
  TabellaScalar s, zero = { { 0 } };

  tabella_scalar_from_uint (&s, (guint64)ABS (value));
  if (value < 0)
    tabella_scalar_sub (&s, &zero, &s);
  return s;
}

static inline TabellaPoint
fixture_point (const char *name)
{
  TabellaScalar s = fixture_scalar (name);
  TabellaPoint p;

  tabella_point_mul_base (&p, &s);
  return p;
}

/* Two points or two scalars. */
#define fixture_assert_equal(left, right) g_assert_cmpmem ((left)->b, 32, (right)->b, 32)
