/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "evidence.h"

/* What a request folder holds (data/doc/formats.md), as evidence: every batch checked but for its
 * proofs, safety copies opened with the earlier requests. ALTERED (or a lower layer's error): a
 * file that does not belong to the others. */
TabellaEvidence *tabella_trustee_evidence (const char *request_folder, GError **error);
