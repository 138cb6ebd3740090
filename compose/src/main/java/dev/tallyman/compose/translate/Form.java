package dev.tallyman.compose.translate;

import java.util.regex.Pattern;

/**
 * The form that a text must have. The agent asks for the same forms, but cannot say in which line a
 * text stands.
 *
 * @param pattern what the whole text must be like
 * @param expected the same for people
 */
record Form(Pattern pattern, String expected) {

  static final Form IMAGE = of("[\\x21-\\x7e]{1,1024}", "an image such as redis:8");
  static final Form PLATFORM =
      of("[a-z0-9]+/[a-z0-9_]+(/[a-z0-9]+)?", "os/architecture[/variant], such as linux/arm64");
  static final Form USER =
      of("[^:\\s\\p{Cntrl}]+(:[^:\\s\\p{Cntrl}]+)?", "user or user:group, by name or number");
  static final Form GROUP =
      of("[^:\\s\\p{Cntrl}]{1,255}", "a group by name or number, without spaces and ':'");
  static final Form SIGNAL =
      of(
          "SIG(HUP|INT|QUIT|ILL|TRAP|ABRT|IOT|BUS|FPE|KILL|USR1|SEGV|USR2|PIPE|ALRM|TERM|STKFLT"
              + "|CHLD|CLD|CONT|STOP|TSTP|TTIN|TTOU|URG|XCPU|XFSZ|VTALRM|PROF|WINCH|IO|POLL|PWR"
              + "|SYS|RTMIN(\\+([1-9]|1[0-5]))?|RTMAX(-([1-9]|1[0-4]))?)",
          "the name of a signal, such as SIGTERM");
  static final Form OWN_NAME =
      of(
          "[A-Za-z0-9_]([A-Za-z0-9_.-]{0,62}[A-Za-z0-9_])?",
          "1 to 64 of A-Z, a-z, 0-9, '-', '_' and '.', the first and the last not '-' or '.'");
  static final Form HOST_NAME =
      of(
          "[A-Za-z0-9_][A-Za-z0-9_.-]{0,252}",
          "1 to 253 of A-Z, a-z, 0-9, '-', '_' and '.', the first a letter, digit or '_'");
  static final Form SEARCH_DOMAIN =
      of("\\.|[A-Za-z0-9_][A-Za-z0-9_.-]{0,252}", "a domain, or \".\" for none");
  static final Form RESOLVER_OPTION =
      of("[\\x21-\\x7e]{1,255}", "an option of the resolver, such as use-vc");
  static final Form MAC =
      of("[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}", "a hardware address such as 02:42:ac:11:65:43");
  static final Form ENGINE_NAME =
      of(
          "[A-Za-z0-9][A-Za-z0-9_.-]{1,127}",
          "2 to 128 of A-Z, a-z, 0-9, '-', '_' and '.', the first a letter or digit");
  static final Form NETWORK_NAME =
      of(
          "(?!(default|host|none)$)[A-Za-z0-9][A-Za-z0-9_.-]{0,127}",
          "1 to 128 of A-Z, a-z, 0-9, '-', '_' and '.', the first a letter or digit; host and none are network_mode:");
  static final Form WORD =
      of(
          "[A-Za-z0-9][A-Za-z0-9_./:@-]{0,254}",
          "1 to 255 of A-Z, a-z, 0-9, '-', '_', '.', '/', ':' and '@', the first a letter or digit");
  static final Form RUNTIME =
      of(
          "[A-Za-z0-9][A-Za-z0-9_.-]{0,62}",
          "the name of one of the node's runtimes, such as docker");
  static final Form CAPABILITY =
      of("[A-Z][A-Z0-9_]{1,30}", "a capability such as NET_ADMIN, or ALL");
  static final Form SELINUX =
      of(
          "disable|nested|(user|role|type|level|filetype):[\\x21-\\x7e]{1,255}",
          "disable, or a label such as type:svirt_apache_t");
  static final Form SYSCTL =
      of("[a-z][a-z0-9_-]*([./][A-Za-z0-9_*-]+)++", "a setting such as net.core.somaxconn");
  static final Form CDI =
      of(
          "[A-Za-z0-9][A-Za-z0-9_.-]*/[A-Za-z0-9][A-Za-z0-9_.-]*=[A-Za-z0-9_.:-]+",
          "an absolute path, or a CDI name such as vendor.com/gpu=all");
  static final Form ACCESS = of("(?!.*(.).*\\1)[rwm]{1,3}", "letters of rwm");
  static final Form TMPFS_OPTION =
      of("[a-z][\\x21-\\x2b\\x2d-\\x7e]{0,254}", "options such as size=64m, mode=1777 or noexec");
  static final Form HTTP_PATH =
      of("/[\\x21-\\x7e]{0,4094}", "a path that begins with / and has no spaces");
  static final Form HEADER_NAME =
      of("[!#$%&'*+.^_`|~0-9A-Za-z-]+", "the name of a header: letters, digits and '-'");
  static final Form VARIABLE = of("[^=]+", "a name, not empty and without '='");

  private static Form of(String regex, String expected) {
    return new Form(Pattern.compile(regex, Pattern.DOTALL), expected);
  }

  boolean fits(String text) {
    return pattern.matcher(text).matches();
  }

  /** The text itself; a fault where it has another form. */
  String check(Placed<String> text, Findings findings) {
    if (!fits(text.value())) {
      findings.bad(text, expected);
    }
    return text.value();
  }
}
