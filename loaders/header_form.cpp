// loaders/header_form.cpp
// A field of a header is name:type(space){option:value,…}, each part optional.

#include "loaders/header_form.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "credit/identity/half_width.h"
#include "loaders/utf8.h"
#include "xinpu/error.h"

namespace xinpu::loaders {
namespace {

/// Longest header of a column that an error repeats, in bytes.
constexpr std::size_t kShownBytesMax = 80;

struct TypeName {
    std::string_view word;
    PropertyType type;
};
/// By PropertyType; `integer` and `bool` are taken too.
constexpr TypeName kTypeNames[] = {
    {"string", PropertyType::String},     {"char", PropertyType::Char},
    {"boolean", PropertyType::Boolean},   {"byte", PropertyType::Byte},
    {"short", PropertyType::Short},       {"int", PropertyType::Int},
    {"long", PropertyType::Long},         {"float", PropertyType::Float},
    {"double", PropertyType::Double},     {"decimal", PropertyType::Decimal},
    {"date", PropertyType::Date},         {"localtime", PropertyType::LocalTime},
    {"time", PropertyType::Time},         {"localdatetime", PropertyType::LocalDateTime},
    {"datetime", PropertyType::DateTime}, {"duration", PropertyType::Duration},
    {"any", PropertyType::Any},           {"integer", PropertyType::Int},
    {"bool", PropertyType::Boolean},
};
constexpr std::string_view kTypesText =
    "string, char, boolean, byte, short, int, long, float, double, decimal, date, "
    "localtime, time, localdatetime, datetime, duration, any";

struct RoleName {
    std::string_view word;
    ColumnRole role;
};
constexpr RoleName kRoleNames[] = {
    {"id", ColumnRole::Id},       {"start_id", ColumnRole::StartId}, {"end_id", ColumnRole::EndId},
    {"label", ColumnRole::Label}, {"type", ColumnRole::Type},        {"ignore", ColumnRole::Ignore},
};

std::string lower(std::string_view text) {
    std::string word{text};
    std::transform(word.begin(), word.end(), word.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return word;
}

template <typename Table>
auto findWord(const Table& table, std::string_view word) -> decltype(std::begin(table)) {
    return std::find_if(std::begin(table), std::end(table),
                        [&](const auto& each) { return each.word == word; });
}

/// Where an error is: which file, which column, how it is written there.
struct Place {
    std::string_view file;
    std::size_t column;  ///< from 1
    std::string_view text;
};

[[noreturn]] void refuse(const Place& place, const std::string& what, const char* detail = "HEADER_UNKNOWN") {
    throw Error(ErrorCode::Data,
                "Header of '" + std::string(place.file) + "', column " + std::to_string(place.column) +
                    " ('" + std::string(cutUtf8(place.text, kShownBytesMax)) + "'): " + what,
                detail);
}

[[noreturn]] void refuse(std::string_view file, const std::string& what) {
    throw Error(ErrorCode::Data, "Header of '" + std::string(file) + "': " + what, "HEADER_MISSING");
}

PropertyType typeOf(std::string_view word, const Place& place) {
    const auto* found = findWord(kTypeNames, word);
    if (found == std::end(kTypeNames)) {
        refuse(place, "the type '" + std::string(cutUtf8(word, kShownBytesMax)) +
                          "' is not known. Types are " + std::string(kTypesText) + ", each also with [].");
    }
    return found->type;
}

bool zoned(PropertyType type) noexcept {
    return type == PropertyType::Time || type == PropertyType::DateTime;
}

/// Takes what stands in brackets at the end of `text` off it.
std::optional<std::string_view> takeBracketed(std::string_view& text, char open, char close) noexcept {
    if (!text.ends_with(close)) {
        return std::nullopt;
    }
    const std::size_t at = text.rfind(open);
    if (at == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view inside = text.substr(at + 1, text.size() - at - 2);
    text = text.substr(0, at);
    return inside;
}

void applyOptions(std::string_view options, HeaderColumn& column, const Place& place) {
    while (!options.empty()) {
        const std::size_t comma = options.find(',');
        const std::string_view option = credit::trim(options.substr(0, comma));
        options.remove_prefix(comma == std::string_view::npos ? options.size() : comma + 1);
        const std::size_t colon = option.find(':');
        const std::string name = lower(credit::trim(option.substr(0, colon)));
        const std::string_view value =
            colon == std::string_view::npos ? std::string_view{} : credit::trim(option.substr(colon + 1));
        if (name == "timezone" && column.role == ColumnRole::Property && zoned(column.type) &&
            !value.empty()) {
            column.timezone = value;
        } else if (name == "id-type" && column.role == ColumnRole::Id && !value.empty()) {
            column.type = typeOf(lower(value), place);
        } else {
            refuse(place,
                   "the option '" + std::string(cutUtf8(option, kShownBytesMax)) +
                       "' is not known here. There are timezone (of time and datetime) and id-type (of ID).");
        }
    }
}

HeaderColumn parseColumn(const Place& place) {
    HeaderColumn column;
    std::string_view text = place.text;
    const std::optional<std::string_view> options = takeBracketed(text, '{', '}');
    const std::size_t colon = text.rfind(':');
    column.name = credit::trim(text.substr(0, colon));
    std::string_view type =
        colon == std::string_view::npos ? std::string_view{} : credit::trim(text.substr(colon + 1));
    const std::optional<std::string_view> space = takeBracketed(type, '(', ')');
    const std::string word = lower(type);
    if (const auto* role = findWord(kRoleNames, word); role != std::end(kRoleNames)) {
        column.role = role->role;
        const bool named = column.role == ColumnRole::Id || column.role == ColumnRole::Ignore;
        if (!column.name.empty() && !named) {
            refuse(place, "a :" + std::string(type) + " column has no name.");
        }
        if (column.role == ColumnRole::Ignore) {
            column.name.clear();
        }
    } else {
        if (column.name.empty()) {
            refuse(place, "a property needs a name; write :IGNORE to leave a column out.");
        }
        column.array = word.ends_with("[]");
        if (colon != std::string_view::npos) {
            column.type =
                typeOf(std::string_view{word}.substr(0, word.size() - (column.array ? 2 : 0)), place);
        }
    }
    if (space) {
        const bool ids = column.role == ColumnRole::Id || column.role == ColumnRole::StartId ||
                         column.role == ColumnRole::EndId;
        if (!ids) {
            refuse(place, "only :ID, :START_ID and :END_ID have a space in brackets.");
        }
        column.space = credit::trim(*space);
    }
    if (options) {
        applyOptions(*options, column, place);
    }
    return column;
}

/// Roles that a kind of file cannot have.
bool belongs(HeaderKind kind, ColumnRole role) noexcept {
    switch (role) {
    case ColumnRole::Id:
    case ColumnRole::Label:
        return kind == HeaderKind::Nodes;
    case ColumnRole::StartId:
    case ColumnRole::EndId:
    case ColumnRole::Type:
        return kind == HeaderKind::Relationships;
    case ColumnRole::Property:
    case ColumnRole::Ignore:
        break;
    }
    return true;
}

}  // namespace

std::string_view nameOf(PropertyType type) noexcept {
    return kTypeNames[static_cast<std::size_t>(type)].word;
}

std::optional<std::size_t> GraphHeader::find(ColumnRole role) const noexcept {
    const auto found = std::find_if(columns.begin(), columns.end(),
                                    [&](const HeaderColumn& column) { return column.role == role; });
    return found == columns.end() ? std::nullopt : std::optional<std::size_t>(found - columns.begin());
}

GraphHeader parseGraphHeader(HeaderKind kind, std::span<const std::string_view> fields,
                             std::string_view file) {
    GraphHeader header{.kind = kind, .columns = {}};
    std::vector<std::pair<std::string, std::size_t>> names;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const Place place{.file = file, .column = i + 1, .text = credit::trim(fields[i])};
        HeaderColumn column = parseColumn(place);
        if (!belongs(kind, column.role)) {
            refuse(place, kind == HeaderKind::Nodes
                              ? "this column belongs to relationships, the file is read as nodes."
                              : "this column belongs to nodes, the file is read as relationships.");
        }
        const bool single = column.role != ColumnRole::Property && column.role != ColumnRole::Ignore;
        if (const auto first = header.find(column.role); single && first) {
            refuse(place, "column " + std::to_string(*first + 1) + " says the same; only one can.");
        }
        if (!column.name.empty()) {
            names.emplace_back(column.name, i + 1);
        }
        header.columns.push_back(std::move(column));
    }
    std::sort(names.begin(), names.end());
    const auto twice = std::adjacent_find(names.begin(), names.end(),
                                          [](const auto& a, const auto& b) { return a.first == b.first; });
    if (twice != names.end()) {
        refuse({.file = file, .column = std::next(twice)->second, .text = twice->first},
               "column " + std::to_string(twice->second) + " holds the same property.");
    }
    if (kind == HeaderKind::Relationships) {
        for (const auto& [role, word] :
             {std::pair{ColumnRole::StartId, ":START_ID"}, {ColumnRole::EndId, ":END_ID"}}) {
            if (!header.find(role)) {
                refuse(file, std::string("relationships need a column ") + word + ".");
            }
        }
    }
    return header;
}

std::string toText(const HeaderColumn& column) {
    std::string text = column.name;
    const bool ids = column.role == ColumnRole::Id || column.role == ColumnRole::StartId ||
                     column.role == ColumnRole::EndId;
    switch (column.role) {
    case ColumnRole::Property:
        text += ':';
        text += nameOf(column.type);
        text += column.array ? "[]" : "";
        break;
    case ColumnRole::Id:
        text += ":ID";
        break;
    case ColumnRole::StartId:
        text += ":START_ID";
        break;
    case ColumnRole::EndId:
        text += ":END_ID";
        break;
    case ColumnRole::Label:
        text += ":LABEL";
        break;
    case ColumnRole::Type:
        text += ":TYPE";
        break;
    case ColumnRole::Ignore:
        text += ":IGNORE";
        break;
    }
    if (ids && !column.space.empty()) {
        text += '(' + column.space + ')';
    }
    if (column.role == ColumnRole::Id && column.type != PropertyType::String) {
        text += "{id-type:";
        text += nameOf(column.type);
        text += '}';
    }
    if (!column.timezone.empty()) {
        text += "{timezone:" + column.timezone + '}';
    }
    return text;
}

ImportSource parseImportSource(HeaderKind kind, std::string_view argument) {
    ImportSource source;
    const std::size_t equals = argument.find('=');
    const char* const example =
        kind == HeaderKind::Nodes ? "Label=[header.csv,]file.csv" : "TYPE=[header.csv,]file.csv";
    const auto wrong = [&](const std::string& what) {
        return Error(ErrorCode::Usage, "'" + std::string(cutUtf8(argument, kShownBytesMax)) + "': " + what +
                                           " The form is " + example + ".");
    };
    const auto split = [](std::string_view text, char separator) {
        std::vector<std::string> parts;
        for (;;) {
            const std::size_t at = text.find(separator);
            parts.emplace_back(text.substr(0, at));
            if (at == std::string_view::npos) {
                return parts;
            }
            text.remove_prefix(at + 1);
        }
    };
    if (equals != std::string_view::npos && equals > 0) {
        source.names = split(argument.substr(0, equals), ':');
        if (kind == HeaderKind::Relationships && source.names.size() > 1) {
            throw wrong("a relationship has one type.");
        }
    }
    source.files = split(equals == std::string_view::npos ? argument : argument.substr(equals + 1), ',');
    const auto empty = [](const std::string& part) { return part.empty(); };
    if (std::any_of(source.files.begin(), source.files.end(), empty) ||
        std::any_of(source.names.begin(), source.names.end(), empty)) {
        throw wrong("a name is empty.");
    }
    if (source.files.size() > 1) {
        source.header_file = std::move(source.files.front());
        source.files.erase(source.files.begin());
    }
    return source;
}

}  // namespace xinpu::loaders
