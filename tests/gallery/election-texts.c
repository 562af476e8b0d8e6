/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "election-texts.h"

#include <glib.h>

#define CONTESTS 12
#define OPTIONS  40

static json_t *
texts (const char *en, const char *zh, const char *ur)
{
  json_t *t = json_pack ("{s:s, s:s, s:s}", "en", en, "zh_HK", zh, "ur", ur);

  g_assert_nonnull (t);
  return t;
}

/* Short, middling, and about 120 characters. */
static json_t *
option_texts (guint n)
{
  static const char *const en[] = {
    "Candidate %02u  第%02u號候選人",
    "Candidate %02u of the Made-up Names Society  虛構名稱學會第%02u號候選人",
    "Candidate %02u, put forward together by the Association of Made-up Names of the Northern "
    "Districts  北區虛構名稱協會及其友好團體共同提名的第%02u號候選人",
  };
  static const char *const zh[] = {
    "第%02u號候選人  Candidate %02u",
    "虛構名稱學會第%02u號候選人  Candidate %02u of the Made-up Names Society",
    "北區虛構名稱協會及其友好團體共同提名的第%02u號候選人  Candidate %02u, put forward by the "
    "Association of Made-up Names of the Northern Districts",
  };
  static const char *const ur[] = {
    "امیدوار نمبر %02u  Candidate %02u",
    "فرضی ناموں کی انجمن کا امیدوار نمبر %02u  Candidate %02u of the Made-up Names Society",
    "شمالی اضلاع کے فرضی ناموں کی انجمن اور اس کی ساتھی تنظیموں کا مشترکہ امیدوار نمبر %02u  "
    "Candidate %02u of the Association of Made-up Names",
  };
  guint kind = n % 3;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  g_autofree char *a = g_strdup_printf (en[kind], n, n), *b = g_strdup_printf (zh[kind], n, n),
                  *c = g_strdup_printf (ur[kind], n, n);
#pragma GCC diagnostic pop

  return texts (a, b, c);
}

static json_t *
question_texts (guint contest)
{
  if (contest % 4 == 1)
    return texts ("Which one of them shall it be?", "你選擇哪一位？", "ان میں سے کون ہو؟");
  return texts (
      "The council of the made-up districts decides about parks, libraries, sports grounds and the "
      "lighting of streets, and gives its opinion on all plans for building in its area. Its seats "
      "are filled every four years by those who live there. The persons below have been put "
      "forward "
      "by at least fifty inhabitants each and have accepted. Who of them shall sit on the council "
      "for the term that begins next January?",
      "虛構地區議會負責決定公園、圖書館、運動場及街道照明事宜，並就區內所有建築計劃提出意見。議席"
      "每四年由區內居民選出一次。下列人士各獲最少五十名居民提名，並已接受提名。你認為他們當中誰應在"
      "明年一月開始的任期出任議員？",
      "فرضی اضلاع کی کونسل باغات، کتب خانوں، کھیل کے میدانوں اور سڑکوں کی روشنی کے بارے میں فیصلہ "
      "کرتی ہے اور اپنے علاقے میں تعمیر کے تمام منصوبوں پر رائے دیتی ہے۔ اس کی نشستیں ہر چار سال "
      "بعد "
      "وہاں کے رہنے والے پُر کرتے ہیں۔ نیچے دیے گئے ہر شخص کو کم از کم پچاس باشندوں نے نامزد کیا "
      "ہے۔ ان "
      "میں سے کون اگلے جنوری سے شروع ہونے والی مدت کے لیے کونسل میں بیٹھے؟");
}

static json_t *
contest_json (guint i)
{
  static const int limits[][2] = { { 0, 5 }, { 0, 1 }, { 2, 4 }, { 1, 1 } };
  g_autofree char *id = g_strdup_printf ("seat-%u", i + 1);
  g_autofree char *en = g_strdup_printf (
      "Council of the Eastern and Southern Made-up Districts, group %u, seats for four years",
      i + 1);
  g_autofree char *zh = g_strdup_printf ("東區及南區虛構地區議會第%u組別議席（任期四年）", i + 1);
  g_autofree char *ur =
      g_strdup_printf ("مشرقی اور جنوبی فرضی اضلاع کی کونسل، گروپ %u، چار سال کی نشستیں", i + 1);
  json_t *options = json_array ();

  for (guint n = 1; n <= OPTIONS; n++) {
    g_autofree char *name = g_strdup_printf ("c%02u", n);

    json_array_append_new (options, json_pack ("{s:s, s:o}", "id", name, "text", option_texts (n)));
  }
  return json_pack ("{s:s, s:o, s:o, s:i, s:i, s:o}", "id", id, "title", texts (en, zh, ur),
                    "question", question_texts (i), "min", limits[i % 4][0], "max",
                    limits[i % 4][1], "options", options);
}

/* Every text needs every language: those of the example say the same in Urdu as in English. */
static void
fill_in (json_t *json)
{
  void *next;
  const char *name;
  json_t *value;
  size_t i;

  json_object_foreach_safe (json, next, name, value) fill_in (value);
  json_array_foreach (json, i, value) fill_in (value);
  if (json_object_get (json, "en") != NULL && json_object_get (json, "ur") == NULL)
    json_object_set (json, "ur", json_object_get (json, "en"));
}

void
election_texts_long (json_t *draft)
{
  json_t *contests = json_array (), *ids = json_array (), *style;
  size_t i;

  for (guint n = 0; n < CONTESTS; n++) {
    json_t *contest = contest_json (n);

    json_array_append (ids, json_object_get (contest, "id"));
    json_array_append_new (contests, contest);
  }
  json_object_set_new (draft, "contests", contests);
  json_array_foreach (json_object_get (draft, "styles"), i, style)
      json_object_set_new (style, "contests", json_deep_copy (ids));
  json_decref (ids);
  json_object_set_new (draft, "languages", json_pack ("[s,s,s]", "en", "zh_HK", "ur"));
  fill_in (draft);
  json_object_set_new (
      draft, "name", json_string ("Elections to the Councils of the Made-up Districts (示範選舉)"));
}
