/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#define TABELLA_POINT_BYTES  32
#define TABELLA_SCALAR_BYTES 32

/* ristretto255 (RFC 9496): a canonical encoding. The identity (32 zero bytes) can appear as the result of
 * a computation, never as something that was read. */
typedef struct { guint8 b[TABELLA_POINT_BYTES]; } TabellaPoint;
/* A number below the group order q, little-endian. */
typedef struct { guint8 b[TABELLA_SCALAR_BYTES]; } TabellaScalar;

/* The only ways in for values from outside (protocol section 2). point_read: top bit clear, valid, not the
 * identity. scalar_read: below q; zero is allowed here, callers check where it is not. FALSE leaves zeros. */
gboolean tabella_point_read (TabellaPoint *p, const guint8 bytes[32]);
gboolean tabella_scalar_read (TabellaScalar *s, const guint8 bytes[32]);

gboolean tabella_point_is_identity (const TabellaPoint *p);
gboolean tabella_point_equal (const TabellaPoint *p, const TabellaPoint *q); /* constant time */
void     tabella_point_identity (TabellaPoint *p);
gboolean tabella_scalar_is_zero (const TabellaScalar *s);
gboolean tabella_scalar_equal (const TabellaScalar *a, const TabellaScalar *b); /* constant time */

/* r = sP, r = sG. The result may be the identity (32 zero bytes); P may be the identity. */
void tabella_point_mul (TabellaPoint *r, const TabellaScalar *s, const TabellaPoint *p);
void tabella_point_mul_base (TabellaPoint *r, const TabellaScalar *s);
void tabella_point_add (TabellaPoint *r, const TabellaPoint *p, const TabellaPoint *q);
void tabella_point_sub (TabellaPoint *r, const TabellaPoint *p, const TabellaPoint *q);

void tabella_scalar_add (TabellaScalar *r, const TabellaScalar *a, const TabellaScalar *b);
void tabella_scalar_sub (TabellaScalar *r, const TabellaScalar *a, const TabellaScalar *b);
void tabella_scalar_mul (TabellaScalar *r, const TabellaScalar *a, const TabellaScalar *b);
/* FALSE if a is zero. */
gboolean tabella_scalar_invert (TabellaScalar *r, const TabellaScalar *a);
void     tabella_scalar_from_uint (TabellaScalar *r, guint64 value);
/* Uniform, not zero. */
void tabella_scalar_random (TabellaScalar *r);
