/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store.h"

/* The public record (section 9) into OUT, whole or not at all. An empty folder or an earlier record
 * of the same election is replaced, anything else refused. STATE if there is no result yet. */
gboolean tabella_publish (TabellaStore *s, const char *out, GError **error);
/* The part of it that request folders carry: manifest, signature, organisers.pub, ceremony,
 * amendments, batches that count or are revoked, quarantined ones, combined strikes. @folder: where
 * organisers.pub is. */
gboolean tabella_record_write (const TabellaEvidence *e, const char *folder, const char *out,
                               GError **error);
/* A request as the record and later requests carry it: request, links, tickets, shares. */
gboolean tabella_record_write_asked (const TabellaAsked *asked, const char *out, GError **error);
