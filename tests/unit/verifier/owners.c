/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "regions.h"

/* Which check sees which region changed. */

#define UNTRUSTED "any line will do: minisign signs it nowhere, and nobody is shown it"

/* Changed by somebody without any key. */
const Owner unsigned_owners[] = {
  { "manifest:*", CHECK (1) },
  { "manifest.minisig:untrusted", CHECK (1) | FREE, UNTRUSTED },
  { "manifest.minisig:*", CHECK (1) },
  { "organisers.pub:untrusted", CHECK (1) | FREE, UNTRUSTED },
  { "organisers.pub:*", CHECK (1) },
  { "amendment:*", CHECK (4) },
  { "amendment.minisig:untrusted", CHECK (4) | FREE, UNTRUSTED },
  { "amendment.minisig:*", CHECK (4) },
  { "r?:*", CHECK (2) },
  { "ballots:*", CHECK (5) },
  { "ballots.minisig:untrusted", CHECK (5) | FREE, UNTRUSTED },
  { "ballots.minisig:*", CHECK (5) },
  { "quarantine:*", CHECK (6) },
  { "quarantine.minisig:untrusted", CHECK (6) | FREE, UNTRUSTED },
  { "quarantine.minisig:*", CHECK (6) },
  { "reason:*", CHECK (6) | FREE, "the centre's own words, in one line" },
  { "strike:*", CHECK (13) },
  { "links:link.style", CHECK (13) | CHECK (14) | CHECK (16) | FREE,
    "the trustees compare it with the check-in; of a ticket that nobody used it says nothing" },
  { "links:*", CHECK (13) },
  { "tickets:*", CHECK (13) },
  { "strike-share:*", CHECK (13) },
  { "tally:*", CHECK (14) },
  { "tally-share:*", CHECK (15) },
  { "result:space", CHECK (16) | FREE, "JSON has spaces where it likes" },
  { "result:duplicates.groups", CHECK (16) | FREE, "only trustees see the check-ins" },
  { "result:duplicates.paper", CHECK (16) | FREE, "only trustees see the check-ins" },
  { "result:duplicates.rejected_provisionals", CHECK (16) | FREE, "only trustees see them" },
  { "result:duplicates.incidents", CHECK (16) | FREE, "more than the public sees there may be" },
  { "result:*", CHECK (16) },
  { "page:*", FREE, "for people; nothing is verified by it" },
  { NULL, 0, NULL },
};

/* Changed by the terminal itself: its batch key signs the file and the comment that fits it. */
const Owner terminal_owners[] = {
  { "ballots:magic", CHECK (8) },
  { "ballots:election", CHECK (8) },
  { "ballots:terminal", CHECK (6) | CHECK (8) }, /* 8: there is no terminal 0 */
  { "ballots:number", CHECK (6) | CHECK (8) },
  { "ballots:kind", CHECK (6) | CHECK (8) },
  { "ballots:mode", CHECK (8) },
  { "ballots:reserved", CHECK (8) },
  { "ballots:previous", CHECK (6) },
  { "ballots:checkins-digest", FREE, "check-ins are never public: import and trustees compare it" },
  { "ballots:checked-in", CHECK (6) | CHECK (7) | CHECK (8) },
  { "ballots:given", CHECK (6) | FREE, "of a desk's tickets only trustees see the number" },
  { "ballots:voted", CHECK (6) },
  { "ballots:left", CHECK (6) },
  { "ballots:*-count", CHECK (8) },
  { "ballots:head", CHECK (7) },
  { "ballots:journal-size", CHECK (7) | CHECK (8) },
  { "ballots:journal*", CHECK (7) },
  { "ballots:*.style", CHECK (8) },
  { "ballots:cast.ticket", CHECK (10) },
  { "ballots:cast.attempt", CHECK (8) | CHECK (10) },
  { "ballots:cast.signature", CHECK (12) },
  { "ballots:cast.alpha", CHECK (8) | CHECK (9) | CHECK (10) },
  { "ballots:challenged.alpha", CHECK (8) | CHECK (9) | CHECK (11) },
  { "ballots:cast.*", CHECK (8) | CHECK (10) }, /* 8: no point, no scalar */
  { "ballots:challenged.*", CHECK (8) | CHECK (11) },
  { NULL, 0, NULL },
};

/* Changed by the organisers, signed again. */
const Owner organisers_owners[] = {
  { "manifest:*", CHECK (1) | CHECK (2) | CHECK (3) | CHECK (4) }, /* 4: another election's id */
  { "amendment:text", CHECK (4) | FREE, "it has no text: the organisers may say more" },
  { "amendment:space", CHECK (4) | FREE, "JSON has spaces where it likes" },
  { "amendment:detail.digest", CHECK (4) | FREE,
    "of a safety copy: trustees compare it with the sealed file" },
  { "amendment:*", CHECK (4) | CHECK (6) },
  { NULL, 0, NULL },
};

const Owner *
owner_of (const Owner *owners, const char *kind)
{
  for (; owners->kind != NULL; owners++)
    if (g_pattern_match_simple (owners->kind, kind))
      return owners;
  g_error ("%s belongs to no check", kind);
}
