/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mutation.h"

#include <string.h>
#include "bytes.h"

#define ENTRY (TABELLA_LINK_BYTES + 2)

/* --- 13 --- */

static void
link_proof (Record *r)
{
  mutate_bit (r, "strike-0001/links", 60);
}

static void
link_point (Record *r)
{
  mutate_bit (r, "strike-0002/request", -1);
}

static void
link_style (Record *r)
{
  mutate_bit (r, "strike-0002/links", -1);
}

static void
ticket (Record *r)
{
  mutate_bit (r, "strike-0001/tickets", -1);
}

static void
links_and_more (Record *r)
{
  g_autoptr (GByteArray) bytes = record_get (r, "strike-0002/links");

  g_byte_array_set_size (bytes, 2 * ENTRY);
  memcpy (bytes->data + ENTRY, bytes->data, ENTRY);
  record_put (r, "strike-0002/links", bytes->data, bytes->len);
}

/* A third trustee's share that is none. */
static void
put_bad_share (Record *r, const char *folder)
{
  g_autofree char *from = g_build_filename (folder, "share-01", NULL);
  g_autofree char *to = g_build_filename (folder, "share-02", NULL);
  g_autoptr (GByteArray) bytes = record_get (r, from);

  record_put (r, to, bytes->data, bytes->len);
}

static void
bad_strike_share (Record *r)
{
  put_bad_share (r, "strike-0001");
}

static void
no_strike_share (Record *r)
{
  record_put (r, "strike-0001/share-03", NULL, 0);
}

/* The unused ticket's link once more, in the later request. */
static void
asked_twice (Record *r)
{
  for (guint i = 0; i < r->links->len; i++) {
    RecordLink again = g_array_index (r->links, RecordLink, i);

    if (again.ticket[0] != 90)
      continue;
    again.folder = 2;
    g_array_append_val (r->links, again);
    return;
  }
}

static void
link_of_nobody (Record *r)
{
  record_link (r, 2, 99, 0, 92);
}

static void
strike_gap (Record *r)
{
  for (guint i = 0; i < r->links->len; i++)
    if (g_array_index (r->links, RecordLink, i).folder == 2)
      g_array_index (r->links, RecordLink, i).folder = 3;
}

static void
empty_strike (Record *r)
{
  static const guint8 request[] = { 2, 0, 0, 0, 0 };

  record_put (r, "strike-0003/request", request, sizeof request);
}

static void
other_purpose (Record *r)
{
  static const guint8 purpose = 1;
  g_autoptr (GByteArray) bytes = record_get (r, "strike-0002/request");

  bytes->data[0] = purpose;
  record_put (r, "strike-0002/request", bytes->data, bytes->len);
}

/* --- 14 --- */

static void
sum_changed (Record *r)
{
  g_autoptr (GByteArray) bytes = record_get (r, "tally-0001/request");

  /* Two sums change places: both are points. */
  memcpy (bytes->data + 5 + 6, bytes->data + 5 + 38 + 6, 32);
  record_put (r, "tally-0001/request", bytes->data, bytes->len);
}

static void
sum_left_out (Record *r)
{
  g_autoptr (GByteArray) bytes = record_get (r, "tally-0001/request");

  bytes->data[1]--;
  record_put (r, "tally-0001/request", bytes->data, bytes->len - 38);
}

static void
sum_of_another_unit (Record *r)
{
  g_autoptr (GByteArray) bytes = record_get (r, "tally-0001/request");

  g_assert_cmpuint (bytes->data[bytes->len - 38], ==, 2);
  bytes->data[bytes->len - 38] = 3;
  record_put (r, "tally-0001/request", bytes->data, bytes->len);
}

static void
no_tally_request (Record *r)
{
  record_put (r, "tally-0001/request", NULL, 0);
}

/* --- 15 --- */

static void
bad_tally_share (Record *r)
{
  put_bad_share (r, "tally-0001");
}

/* A good share of the same sums for another set of ballots. */
static void
share_of_another_request (Record *r)
{
  g_autoptr (GByteArray) bytes = record_get (r, "tally-0001/request");
  g_autoptr (GBytes) request = g_bytes_new (bytes->data, bytes->len);
  g_autoptr (GBytes) share = NULL;
  guint8 digest[32];

  tabella_request_digest (r->ctx->he, request, r->standing->data, r->standing->len / 32 - 1,
                          digest);
  share = record_share (r, 2, r->request, digest);
  record_put (r, "tally-0001/share-02", g_bytes_get_data (share, NULL), g_bytes_get_size (share));
}

static void
share_of_nobody (Record *r)
{
  g_autoptr (GByteArray) bytes = record_get (r, "tally-0001/share-01");

  record_put (r, "tally-0001/share-04", bytes->data, bytes->len);
}

static void
short_share (Record *r)
{
  g_autoptr (GByteArray) bytes = record_get (r, "tally-0001/share-01");

  record_put (r, "tally-0001/share-02", bytes->data, bytes->len - 1);
}

static void
no_tally_share (Record *r)
{
  record_put (r, "tally-0001/share-03", NULL, 0);
}

/* --- 16 --- */

typedef void (*EditResult) (json_t *result);

static void
edit (Record *r, EditResult change)
{
  g_autoptr (GByteArray) bytes = record_get (r, "result.json");
  g_autoptr (json_t) json = json_loadb ((const char *)bytes->data, bytes->len, 0, NULL);
  g_autofree char *text = NULL;

  change (json);
  text = tabella_json_text (json);
  record_put_text (r, "result.json", text);
}

static json_t *
first_contest (json_t *result)
{
  return json_array_get (json_object_get (result, "contests"), 0);
}

static json_t *
first_unit (json_t *result)
{
  return json_array_get (json_object_get (first_contest (result), "units"), 0);
}

static void
add_one (json_t *obj, const char *name)
{
  json_object_set_new (obj, name,
                       json_integer (json_integer_value (json_object_get (obj, name)) + 1));
}

static json_t *
first_option (json_t *obj)
{
  return json_array_get (json_object_get (obj, "options"), 0);
}

static void
edit_unit_count (json_t *result)
{
  add_one (first_option (first_unit (result)), "count");
}

static void
edit_outer_count (json_t *result)
{
  add_one (first_option (first_contest (result)), "count");
}

static void
edit_both_counts (json_t *result)
{
  edit_unit_count (result);
  edit_outer_count (result);
}

static void
edit_ballots (json_t *result)
{
  add_one (first_unit (result), "ballots");
  add_one (first_contest (result), "ballots");
}

static void
edit_unit_ballots (json_t *result)
{
  add_one (first_unit (result), "ballots");
}

static void
edit_contest_ballots (json_t *result)
{
  add_one (first_contest (result), "ballots");
}

static void
edit_contest_name (json_t *result)
{
  json_object_set_new (first_contest (result), "id", json_string ("motion-2"));
}

static void
edit_empty_unit (json_t *result)
{
  json_t *units = json_object_get (first_contest (result), "units");
  json_t *empty = json_deep_copy (json_array_get (units, 1));
  json_t *option;
  gsize i;

  json_object_set_new (empty, "id", json_string ("nowhere"));
  json_object_set_new (empty, "ballots", json_integer (0));
  json_array_foreach (json_object_get (empty, "options"), i, option)
      json_object_set_new (option, "count", json_integer (0));
  json_array_append_new (units, empty);
}

static void
edit_labels (json_t *result)
{
  json_t *options = json_object_get (first_contest (result), "options");
  json_t *units = json_object_get (first_contest (result), "units");

  json_object_set_new (json_array_get (options, 0), "id", json_string ("people-power"));
  json_object_set_new (json_array_get (options, 1), "id", json_string ("alliance"));
  for (guint i = 0; i < json_array_size (units); i++) {
    json_t *inner = json_object_get (json_array_get (units, i), "options");

    json_object_set_new (json_array_get (inner, 0), "id", json_string ("people-power"));
    json_object_set_new (json_array_get (inner, 1), "id", json_string ("alliance"));
  }
}

static void
edit_unit_name (json_t *result)
{
  json_object_set_new (first_unit (result), "id", json_string ("hong-kong-island"));
}

static void
edit_merged (json_t *result)
{
  json_object_set_new (first_unit (result), "merged", json_array ());
}

static void
edit_withheld (json_t *result)
{
  json_array_append_new (json_object_get (first_contest (result), "withheld"),
                         json_string ("kowloon"));
}

static void
edit_units_short (json_t *result)
{
  json_array_remove (json_object_get (first_contest (result), "units"), 1);
}

static void
edit_unit_twice (json_t *result)
{
  json_array_append (json_object_get (first_contest (result), "units"), first_unit (result));
}

static void
edit_unit_unknown (json_t *result)
{
  json_object_set_new (first_unit (result), "id", json_string ("nowhere"));
}

static void
edit_merged_unknown (json_t *result)
{
  json_array_append_new (json_object_get (first_unit (result), "merged"), json_string ("nowhere"));
}

static void
edit_merged_number (json_t *result)
{
  json_array_append_new (json_object_get (first_unit (result), "merged"), json_integer (3));
}

/* The same unit twice in a list is not the same list. */
static void
edit_merged_twice (json_t *result)
{
  json_t *merged = json_object_get (first_unit (result), "merged");

  g_assert_cmpuint (json_array_size (merged), >, 0);
  json_array_append (merged, json_array_get (merged, 0));
}

static void
edit_options_short (json_t *result)
{
  json_array_remove (json_object_get (first_unit (result), "options"), 1);
}

static void
edit_no_options (json_t *result)
{
  json_object_del (first_unit (result), "options");
}

static void
edit_no_list (json_t *result)
{
  json_object_set_new (result, "contests", json_object ());
}

static void
edit_no_duplicates (json_t *result)
{
  json_object_del (result, "duplicates");
}

static void
edit_contests (json_t *result)
{
  json_array_remove (json_object_get (result, "contests"), 1);
}

static void
edit_election (json_t *result)
{
  static const guint8 zeros[32];
  g_autofree char *hex = tabella_hex (zeros, 32);

  json_object_set_new (result, "election", json_string (hex));
}

static void
edit_mode (json_t *result)
{
  json_object_set_new (result, "mode", json_string ("official"));
}

static void
edit_rule (json_t *result)
{
  json_object_set_new (json_object_get (result, "duplicates"), "rule", json_string ("strike-all"));
}

static void
edit_struck_links (json_t *result)
{
  add_one (json_object_get (result, "duplicates"), "struck_links");
}

static void
edit_struck_ballots (json_t *result)
{
  add_one (json_object_get (result, "duplicates"), "struck_ballots");
}

static void
edit_unused (json_t *result)
{
  add_one (json_object_get (result, "duplicates"), "unused_tickets");
}

static void
edit_unknown (json_t *result)
{
  json_object_set_new (result, "note", json_string ("fine"));
}

#define EDITED(name)                                                                               \
  static void result_##name (Record *r)                                                            \
  {                                                                                                \
    edit (r, edit_##name);                                                                         \
  }
EDITED (unit_count)
EDITED (outer_count)
EDITED (both_counts)
EDITED (ballots)
EDITED (unit_ballots)
EDITED (contest_ballots)
EDITED (contest_name)
EDITED (empty_unit)
EDITED (labels)
EDITED (unit_name)
EDITED (merged)
EDITED (withheld)
EDITED (units_short)
EDITED (unit_twice)
EDITED (unit_unknown)
EDITED (merged_unknown)
EDITED (merged_number)
EDITED (merged_twice)
EDITED (options_short)
EDITED (no_options)
EDITED (no_list)
EDITED (no_duplicates)
EDITED (contests)
EDITED (election)
EDITED (mode)
EDITED (rule)
EDITED (struck_links)
EDITED (struck_ballots)
EDITED (unused)
EDITED (unknown)

static void
no_result (Record *r)
{
  record_put (r, "result.json", NULL, 0);
}

static void
result_twice (Record *r)
{
  mutate_text (r, "result.json", "\"mode\"", "\"mode\": \"practice\", \"mode\"");
}

const Mutation count_mutations[] = {
  { 13, "link-proof", RECORD_FILES, link_proof, "proof does not hold", 0 },
  { 13, "request-point", RECORD_FILES, link_point, "strike-0002", NOT_RUN (14, 16) },
  { 13, "link-style", RECORD_FILES, link_style, "style", 0 },
  { 13, "ticket", RECORD_FILES, ticket, "ticket 2", 0 },
  { 13, "links-and-more", RECORD_FILES, links_and_more, "links", NOT_RUN (14, 16) },
  { 13, "bad-share", RECORD_FILES, bad_strike_share, "share-02", 0 },
  { 13, "no-share", RECORD_FILES, no_strike_share, "1 of 2", NOT_RUN (14, 16) },
  { 13, "asked-twice", RECORD_POLL, asked_twice, "asked for before", 0 },
  { 13, "nobody", RECORD_POLL, link_of_nobody, "terminal 99", 0 },
  { 13, "gap", RECORD_POLL, strike_gap, "strike-0002 is missing", NOT_RUN (14, 16) },
  { 13, "empty", RECORD_FILES, empty_strike, "no links", NOT_RUN (14, 16) },
  { 13, "purpose", RECORD_FILES, other_purpose, "strike-0002", NOT_RUN (14, 16) },
  { 14, "changed", RECORD_FILES, sum_changed, "contest motion-1", 0 },
  { 14, "left-out", RECORD_FILES, sum_left_out, "points", 0 },
  { 14, "another-unit", RECORD_FILES, sum_of_another_unit, "new-territories", 0 },
  { 14, "no-request", RECORD_FILES, no_tally_request, "tally-0001/request", 0 },
  { 15, "bad-share", RECORD_FILES, bad_tally_share, "share-02", 0 },
  { 15, "another-request", RECORD_FILES, share_of_another_request, "share-02", 0 },
  { 15, "nobody", RECORD_FILES, share_of_nobody, "share-04", 0 },
  { 15, "short", RECORD_FILES, short_share, "share-02", 0 },
  { 15, "no-share", RECORD_FILES, no_tally_share, "1 of 2", NOT_RUN (16, 16) },
  { 16, "unit-count", RECORD_FILES, result_unit_count, "count", 0 },
  { 16, "outer-count", RECORD_FILES, result_outer_count, "count", 0 },
  { 16, "both-counts", RECORD_FILES, result_both_counts, "count", 0 },
  { 16, "ballots", RECORD_FILES, result_ballots, "ballots", 0 },
  { 16, "unit-ballots", RECORD_FILES, result_unit_ballots, "ballots", 0 },
  { 16, "contest-ballots", RECORD_FILES, result_contest_ballots, "ballots", 0 },
  { 16, "contest-name", RECORD_FILES, result_contest_name, "motion-2", 0 },
  { 16, "unit-of-none", RECORD_FILES, result_empty_unit, "no unit", 0 },
  { 16, "labels", RECORD_FILES, result_labels, "alliance", 0 },
  { 16, "unit-name", RECORD_FILES, result_unit_name, "units", 0 },
  { 16, "merged", RECORD_FILES, result_merged, "merged", 0 },
  { 16, "withheld", RECORD_FILES, result_withheld, "withheld", 0 },
  { 16, "unit-missing", RECORD_FILES, result_units_short, "new-territories", 0 },
  { 16, "unit-twice", RECORD_FILES, result_unit_twice, "twice", 0 },
  { 16, "unit-unknown", RECORD_FILES, result_unit_unknown, "\"nowhere\" is no unit", 0 },
  { 16, "merged-unknown", RECORD_FILES, result_merged_unknown, "\"nowhere\" is no unit", 0 },
  { 16, "merged-number", RECORD_FILES, result_merged_number, "\"\" is no unit", 0 },
  { 16, "merged-twice", RECORD_FILES, result_merged_twice, "is not the units", 0 },
  { 16, "options-short", RECORD_FILES, result_options_short, "must have the contest's", 0 },
  { 16, "no-options", RECORD_FILES, result_no_options, "options", 0 },
  { 16, "no-list", RECORD_FILES, result_no_list, "contests", 0 },
  { 16, "no-duplicates", RECORD_FILES, result_no_duplicates, "duplicates", 0 },
  { 16, "contests", RECORD_FILES, result_contests, "contests", 0 },
  { 16, "election", RECORD_FILES, result_election, "another election", 0 },
  { 16, "mode", RECORD_FILES, result_mode, "mode", 0 },
  { 16, "rule", RECORD_FILES, result_rule, "rule", 0 },
  { 16, "struck-links", RECORD_FILES, result_struck_links, "struck_links", 0 },
  { 16, "struck-ballots", RECORD_FILES, result_struck_ballots, "struck_ballots", 0 },
  { 16, "unused", RECORD_FILES, result_unused, "unused_tickets", 0 },
  { 16, "unknown", RECORD_FILES, result_unknown, "note", 0 },
  { 16, "twice", RECORD_FILES, result_twice, "result.json", 0 },
  { 16, "missing", RECORD_FILES, no_result, "result.json", 0 },
  { 0 },
};
