/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fuzz.h"

/* One file a kind of reader; tests/fuzz/meson.build says how long each target runs. */

/* fuzz-json.c */
extern const FuzzTarget fuzz_json, fuzz_draft;
/* fuzz-sealing.c: what leads to a sealed election */
extern const FuzzTarget fuzz_manifest, fuzz_round1, fuzz_round2, fuzz_round3, fuzz_round4;
extern const FuzzTarget fuzz_complaint, fuzz_enrolment, fuzz_terminal;
/* fuzz-amendment.c */
extern const FuzzTarget fuzz_amendment, fuzz_amendment_code;
/* fuzz-roll.c */
extern const FuzzTarget fuzz_roll, fuzz_slice, fuzz_voter, fuzz_roll_keys;
/* fuzz-secrets.c: what lies under a passphrase, and simulated terminals' secrets */
extern const FuzzTarget fuzz_vault, fuzz_officers, fuzz_trustee, fuzz_secret;
/* fuzz-minisign.c */
extern const FuzzTarget fuzz_minisign_pub, fuzz_minisign_key, fuzz_minisig;
/* fuzz-batch.c */
extern const FuzzTarget fuzz_ballots, fuzz_record, fuzz_checkins, fuzz_sealed;
/* fuzz-journal.c */
extern const FuzzTarget fuzz_journal_line, fuzz_journal;
/* fuzz-story.c */
extern const FuzzTarget fuzz_story;
/* fuzz-request.c */
extern const FuzzTarget fuzz_request, fuzz_share, fuzz_asked;
/* fuzz-texts.c: QR texts */
extern const FuzzTarget fuzz_tk1, fuzz_tb1, fuzz_tv1, fuzz_tc1;
/* fuzz-typed.c: what people type, and names of files */
extern const FuzzTarget fuzz_ticket, fuzz_base32, fuzz_crockford, fuzz_id, fuzz_lane, fuzz_name;
/* fuzz-stick.c: whole folders */
extern const FuzzTarget fuzz_package, fuzz_import, fuzz_listing;
/* fuzz-kept.c: whole folders that may have been changed */
extern const FuzzTarget fuzz_state, fuzz_centre, fuzz_public;
/* fuzz-printer.c */
extern const FuzzTarget fuzz_printer;
/* fuzz-centre.c */
extern const FuzzTarget fuzz_deck, fuzz_decisions, fuzz_result;
