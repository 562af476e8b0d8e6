/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "evidence.h"

/* The checks of one batch (section 10, 4 to 12), by import, for opened safety copies and by
 * trustees. */
typedef enum {
  TABELLA_CHECK_ALL,
  TABELLA_CHECK_NO_PROOFS, /* all but the ballots' proofs and signatures: where the verifier has run
                            */
} TabellaCheckDepth;

/* Fills @held->batch, is_signed, repeatable, waits. A sealed safety copy is checked as far as it
 * can be. INVALID (or a lower layer's error) names the check. An amendment that only the journal
 * names is taken as the journal has it; if everything holds then, the batch waits for it. Proofs
 * run on all cores; @progress may be NULL. */
gboolean tabella_check_batch (const TabellaEvidence *e, TabellaHeld *held, TabellaCheckDepth depth,
                              TabellaProgress progress, gpointer data, GError **error);
/* A TB1 text that came with the batch. */
gboolean tabella_check_receipt (const TabellaEvidence *e, const TabellaHeld *held, const char *text,
                                GError **error);
/* Proofs, signatures and challenged records of a parsed batch. */
gboolean tabella_check_proofs (const TabellaEvidence *e, const TabellaTerminalInfo *t,
                               const TabellaBatch *batch, TabellaProgress progress, gpointer data,
                               GError **error);
/* The journal against the header and the amendments; the terminal's status as the journal leaves
 * it. *waits: the first amendment that it names and that is not there as it has it, or 0; NULL:
 * that is an error too. */
gboolean tabella_check_journal (const TabellaEvidence *e, const TabellaTerminalInfo *t,
                                const TabellaBatch *batch, TabellaTerminalStatus *status,
                                guint16 *waits, GError **error);
