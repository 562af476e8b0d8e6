/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <jansson.h>
#include <glib.h>

/* Parts of vectors-gen. Each returns a new JSON value; all depend on nothing but the code. */
json_t *vectors_hex (gconstpointer bytes, gsize size);
json_t *vectors_hashes (void);
json_t *vectors_schnorr (void);
json_t *vectors_equality (void);
json_t *vectors_links (void);
json_t *vectors_seals (void);
