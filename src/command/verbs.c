/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of verbs, in the order in which an election meets them. */
#include "command.h"

const TabellaVerb tabella_verbs[] = {
  { "new", "DIR", "make an election folder with a complete draft", tabella_verb_new },
  { "check", "", "list every problem of the draft", tabella_verb_check },
  { "trustee", "init|open|deal|accept|check|decrypt|restart", "a trustee's steps",
    tabella_verb_trustee },
  { "key", "new FILE", "make the organisers' key pair", tabella_verb_key },
  { "enrol", "FILE…", "take terminals' enrolment files", tabella_verb_enrol },
  { "roll", "CSV", "build the encrypted roll", tabella_verb_roll },
  { "seal", "--key FILE", "build and sign the manifest", tabella_verb_seal },
  { "package", "--out DIR", "write what the terminals install", tabella_verb_package },
  { "amend", "--key FILE CHANGE", "sign the next amendment", tabella_verb_amend },
  { "import", "PATH…", "take batches into the centre's database", tabella_verb_import },
  { "receipts", "FILE…", "compare batch receipts with what was imported", tabella_verb_receipts },
  { "status", "", "show what is in and what is missing", tabella_verb_status },
  { "decide", "--provisional REF", "accept or reject a provisional ballot", tabella_verb_decide },
  { "request", "checkins|strike|tally", "write a decryption request", tabella_verb_request },
  { "combine", "REQUEST", "use the trustees' shares", tabella_verb_combine },
  { "publish", "--out DIR", "write the public record", tabella_verb_publish },
  { "verify", "DIR", "check a public record", tabella_verb_verify },
  { "verify-challenge", "QRTEXT", "recompute a challenged ballot", tabella_verb_verify_challenge },
  { "show", "FILE", "put any of the project's files into words", tabella_verb_show },
  { "rehearse", "DECK.csv --out DIR", "run a practice deck through simulated terminals",
    tabella_verb_rehearse },
};
const guint tabella_n_verbs = G_N_ELEMENTS (tabella_verbs);
