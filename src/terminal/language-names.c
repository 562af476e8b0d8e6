/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Languages by name and direction, so that a voter finds each in its own script. */
#include <string.h>
#include "language.h"

#define RIGHT_TO_LEFT_MARK   "\u200f"
#define LEFT_TO_RIGHT_MARK   "\u200e"
#define FIRST_STRONG_ISOLATE "\u2068"
#define POP_ISOLATE          "\u2069"

typedef struct {
  const char *tag, *name;
  gboolean right_to_left;
} Language;

/* Sorted by tag; a country's own form before or after the language alone does not matter. */
static const Language languages[] = {
  { "af", "Afrikaans", FALSE },
  { "am", "አማርኛ", FALSE },
  { "ar", "العربية", TRUE },
  { "bg", "Български", FALSE },
  { "bn", "বাংলা", FALSE },
  { "bo", "བོད་སྐད་", FALSE },
  { "ca", "Català", FALSE },
  { "ceb", "Cebuano", FALSE },
  { "ckb", "کوردی", TRUE },
  { "cs", "Čeština", FALSE },
  { "cy", "Cymraeg", FALSE },
  { "da", "Dansk", FALSE },
  { "de", "Deutsch", FALSE },
  { "el", "Ελληνικά", FALSE },
  { "en", "English", FALSE },
  { "eo", "Esperanto", FALSE },
  { "es", "Español", FALSE },
  { "et", "Eesti", FALSE },
  { "eu", "Euskara", FALSE },
  { "fa", "فارسی", TRUE },
  { "fi", "Suomi", FALSE },
  { "fil", "Filipino", FALSE },
  { "fr", "Français", FALSE },
  { "ga", "Gaeilge", FALSE },
  { "gl", "Galego", FALSE },
  { "gu", "ગુજરાતી", FALSE },
  { "ha", "Hausa", FALSE },
  { "he", "עברית", TRUE },
  { "hi", "हिन्दी", FALSE },
  { "hr", "Hrvatski", FALSE },
  { "hu", "Magyar", FALSE },
  { "hy", "Հայերեն", FALSE },
  { "id", "Bahasa Indonesia", FALSE },
  { "ig", "Igbo", FALSE },
  { "it", "Italiano", FALSE },
  { "ja", "日本語", FALSE },
  { "jv", "Basa Jawa", FALSE },
  { "ka", "ქართული", FALSE },
  { "kk", "Қазақша", FALSE },
  { "km", "ខ្មែរ", FALSE },
  { "kn", "ಕನ್ನಡ", FALSE },
  { "ko", "한국어", FALSE },
  { "lo", "ລາວ", FALSE },
  { "lt", "Lietuvių", FALSE },
  { "lv", "Latviešu", FALSE },
  { "ml", "മലയാളം", FALSE },
  { "mn", "Монгол", FALSE },
  { "mr", "मराठी", FALSE },
  { "ms", "Bahasa Melayu", FALSE },
  { "my", "မြန်မာ", FALSE },
  { "nb", "Norsk bokmål", FALSE },
  { "ne", "नेपाली", FALSE },
  { "nl", "Nederlands", FALSE },
  { "pa", "ਪੰਜਾਬੀ", FALSE },
  { "pl", "Polski", FALSE },
  { "ps", "پښتو", TRUE },
  { "pt", "Português", FALSE },
  { "ro", "Română", FALSE },
  { "ru", "Русский", FALSE },
  { "sd", "سنڌي", TRUE },
  { "si", "සිංහල", FALSE },
  { "sk", "Slovenčina", FALSE },
  { "sl", "Slovenščina", FALSE },
  { "so", "Soomaali", FALSE },
  { "sq", "Shqip", FALSE },
  { "sr", "Српски", FALSE },
  { "sv", "Svenska", FALSE },
  { "sw", "Kiswahili", FALSE },
  { "ta", "தமிழ்", FALSE },
  { "te", "తెలుగు", FALSE },
  { "th", "ไทย", FALSE },
  { "tl", "Tagalog", FALSE },
  { "tr", "Türkçe", FALSE },
  { "ug", "ئۇيغۇرچە", TRUE },
  { "uk", "Українська", FALSE },
  { "ur", "اردو", TRUE },
  { "uz", "Oʻzbekcha", FALSE },
  { "vi", "Tiếng Việt", FALSE },
  { "xh", "IsiXhosa", FALSE },
  { "yi", "ייִדיש", TRUE },
  { "yo", "Yorùbá", FALSE },
  { "yue", "粵語", FALSE },
  { "zh", "中文", FALSE },
  { "zh_CN", "简体中文", FALSE },
  { "zh_HK", "繁體中文", FALSE },
  { "zh_MO", "繁體中文（澳門）", FALSE },
  { "zh_SG", "简体中文（新加坡）", FALSE },
  { "zh_TW", "正體中文", FALSE },
  { "zu", "IsiZulu", FALSE },
};

/* The first @n bytes of @tag. */
static const Language *
find_part (const char *tag, gsize n)
{
  for (guint i = 0; i < G_N_ELEMENTS (languages); i++)
    if (strncmp (languages[i].tag, tag, n) == 0 && languages[i].tag[n] == '\0')
      return &languages[i];
  return NULL;
}

/* "en_GB" is known as "en". */
static const Language *
find_language (const char *tag)
{
  const Language *found = find_part (tag, strlen (tag));

  return found != NULL ? found : find_part (tag, strcspn (tag, "_"));
}

const char *
tabella_language_name (const char *language)
{
  const Language *found = find_language (language);

  return found != NULL ? found->name : language;
}

gboolean
tabella_language_right_to_left (const char *language)
{
  const Language *found = find_language (language);

  return found != NULL && found->right_to_left;
}

/* Where the next sentence or line begins: as a screen may split them. */
static const char *
next_sentence (const char *text)
{
  const char *p = text;

  while (*p != '\0') {
    gunichar c = g_utf8_get_char (p);

    p = g_utf8_next_char (p);
    if (c == '\n' || c == 0x3002 || c == 0xff1f || c == 0xff01)
      return p;
    if (*p == ' ' && (c == '.' || c == '?' || c == '!' || c == 0x06d4 || c == 0x061f))
      return p + 1;
  }
  return p;
}

static gboolean
is_right_to_left (gunichar c)
{
  GUnicodeScript script = g_unichar_get_script (c);

  return script == G_UNICODE_SCRIPT_ARABIC || script == G_UNICODE_SCRIPT_HEBREW;
}

/* The first letter leads the other way; digits and signs lead nowhere. */
static gboolean
is_wrong (const char *from, const char *to, gboolean rtl)
{
  for (const char *p = from; p < to; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (g_unichar_isalpha (c))
      return rtl != is_right_to_left (c);
  }
  return FALSE;
}

char *
tabella_language_direct (const char *text, const char *language)
{
  gboolean rtl = tabella_language_right_to_left (language), any = FALSE;
  GString *directed;

  /* What needs nothing is not even copied: copies on the review would say what was chosen. */
  for (const char *p = text, *next; *p != '\0'; p = next) {
    next = next_sentence (p);
    any = any || is_wrong (p, next, rtl);
  }
  if (!any)
    return NULL;
  directed = g_string_new (NULL);
  for (const char *p = text, *next; *p != '\0'; p = next) {
    next = next_sentence (p);
    if (is_wrong (p, next, rtl))
      g_string_append (directed, rtl ? RIGHT_TO_LEFT_MARK : LEFT_TO_RIGHT_MARK);
    g_string_append_len (directed, p, next - p);
  }
  return g_string_free (directed, FALSE);
}

char *
tabella_language_isolate (const char *text)
{
  g_autofree char *present = tabella_language_present ();
  gboolean needed = tabella_language_right_to_left (tabella_language_interface (present));

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    needed = needed || is_right_to_left (g_utf8_get_char (p));
  if (strstr (text, FIRST_STRONG_ISOLATE) != NULL)
    needed = FALSE; /* put together by a translation, which runs as the interface does */
  return needed ? g_strconcat (FIRST_STRONG_ISOLATE, text, POP_ISOLATE, NULL) : g_strdup (text);
}
