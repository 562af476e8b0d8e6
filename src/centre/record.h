/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store.h"

/* The public record (section 9) into OUT, whole or not at all. STATE if there is no result yet. */
gboolean tabella_publish (TabellaStore *s, const char *out, GError **error);
/* The part of it that request folders carry: manifest, signature, organisers.pub, ceremony, amendments, batches that count or are revoked, quarantined ones. */
gboolean tabella_record_write (const TabellaEvidence *e, const char *folder, const char *out, GError **error);
