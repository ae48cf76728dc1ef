// server/negotiation.h
#pragma once
// Which form an answer takes and how a body is to be read, from the headers of a request.

#include <cstdint>
#include <optional>
#include <string_view>

#include "server/json/value_json.h"

namespace xinpu::server {

enum class Shape : std::uint8_t {
    Document,  ///< {"data":{"fields":[…],"values":[…]},…}
    Lines,     ///< an event a line, sent as the rows come
    Csv,       ///< RFC 4180 with a header line
};

struct AnswerForm {
    Shape shape = Shape::Document;
    ValueForm values = ValueForm::Plain;
    std::string_view content_type = "application/json";  ///< static
};

/// The known form with the highest q, of several the first; an empty header is plain JSON. Nothing: 406.
std::optional<AnswerForm> answerForm(std::string_view accept) noexcept;

/// How the parameters of a body are written. Nothing: 415.
std::optional<ValueForm> bodyForm(std::string_view content_type) noexcept;

/// The q of `name` in a list such as Accept-Encoding, in thousandths; 0: it is refused, or not named.
int qualityIn(std::string_view list, std::string_view name) noexcept;

/// Whether two header values are the same but for the case of ASCII letters.
bool equalIgnoringCase(std::string_view a, std::string_view b) noexcept;

}  // namespace xinpu::server
