#include <fmt/format.h>

#include "admin/pages.h"
#include "base/append_format.h"

namespace outrigger::admin {

std::string HelpText() {
  std::string text = "admin commands are:\n";
  for (const Page& page : Pages()) {
    AppendFormat(text, "  {}{}: {}\n", page.path, page.changes_something ? " (POST)" : "",
                 page.help);
    for (std::string_view parameter : page.parameters) {
      AppendFormat(text, "      {}\n", parameter);
    }
  }
  return text;
}

void ServeHelp(const AdminRequest&, AdminResponse& response) { response.body = HelpText(); }

void ServeHome(const AdminRequest&, AdminResponse& response) {
  response.content_type = "text/html; charset=UTF-8";
  response.body = "<!doctype html>\n<title>Admin</title>\n<table>\n";
  for (const Page& page : Pages()) {
    // What changes something gets a button, so that following links changes nothing (R71).
    const std::string action =
        page.changes_something
            ? fmt::format("<form method=post action=\"{0}\"><button>{0}</button></form>", page.path)
            : fmt::format("<a href=\"{0}\">{0}</a>", page.path);
    AppendFormat(response.body, "<tr><td>{}<td>{}\n", action, page.help);
  }
  response.body += "</table>\n";
}

}  // namespace outrigger::admin
