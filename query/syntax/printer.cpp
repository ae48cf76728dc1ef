// query/syntax/printer.cpp
// Text of expressions; patterns and clauses have files of their own.
#include "query/syntax/printer.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "engine/value/literal.h"
#include "query/syntax/printer_parts.h"

namespace xinpu::query {
namespace {

// How tightly an expression binds; operands that bind less are put in brackets.
enum Binding : int {
    kOr = 1,
    kXor,
    kAnd,
    kNot,
    kComparison,
    kPredicate,  // IN, STARTS WITH, =~, IS NULL …
    kSum,
    kProduct,
    kPower,
    kSign,
    kLabelled,
    kPostfix,
    kAtom,
};

int bindingOf(const Expr& expr) {
    switch (expr.kind) {
    case ExprKind::Or:
        return kOr;
    case ExprKind::Xor:
        return kXor;
    case ExprKind::And:
        return kAnd;
    case ExprKind::Not:
        return kNot;
    case ExprKind::Comparison:
        return kComparison;
    case ExprKind::In:
    case ExprKind::InWindow:
    case ExprKind::StartsWith:
    case ExprKind::EndsWith:
    case ExprKind::Contains:
    case ExprKind::Regex:
    case ExprKind::IsNull:
    case ExprKind::IsNotNull:
    case ExprKind::IsTyped:
    case ExprKind::IsNotTyped:
        return kPredicate;
    case ExprKind::Plus:
    case ExprKind::Minus:
    case ExprKind::Concat:
        return kSum;
    case ExprKind::Multiply:
    case ExprKind::Divide:
    case ExprKind::Modulo:
        return kProduct;
    case ExprKind::Power:
        return kPower;
    case ExprKind::UnaryPlus:
    case ExprKind::UnaryMinus:
        return kSign;
    case ExprKind::HasLabels:
        return kLabelled;
    case ExprKind::Property:
    case ExprKind::Index:
    case ExprKind::Slice:
        return kPostfix;
    case ExprKind::PatternPredicate:
        return kLabelled;
    case ExprKind::Literal:
        return expr.value.isNumber() && toText(expr).starts_with('-') ? kSign : kAtom;
    default:
        return kAtom;
    }
}

std::string_view infixText(ExprKind kind) {
    switch (kind) {
    case ExprKind::Or:
        return " OR ";
    case ExprKind::Xor:
        return " XOR ";
    case ExprKind::And:
        return " AND ";
    case ExprKind::In:
        return " IN ";
    case ExprKind::StartsWith:
        return " STARTS WITH ";
    case ExprKind::EndsWith:
        return " ENDS WITH ";
    case ExprKind::Contains:
        return " CONTAINS ";
    case ExprKind::Regex:
        return " =~ ";
    case ExprKind::Plus:
        return " + ";
    case ExprKind::Minus:
        return " - ";
    case ExprKind::Concat:
        return " || ";
    case ExprKind::Multiply:
        return " * ";
    case ExprKind::Divide:
        return " / ";
    case ExprKind::Modulo:
        return " % ";
    default:
        return " ^ ";
    }
}

std::string_view comparisonText(Comparison comparison) {
    static constexpr std::array<std::string_view, 6> kSigns{" = ", " <> ", " < ", " <= ", " > ", " >= "};
    return kSigns[static_cast<std::size_t>(comparison)];
}

void putExpr(std::string& out, const Expr& expr, int binding_min) {
    if (bindingOf(expr) < binding_min) {
        out += '(';
        printExpr(out, expr);
        out += ')';
    } else {
        printExpr(out, expr);
    }
}

// Operators of one level, from left to right.
void putInfix(std::string& out, const Expr& expr) {
    const int own = bindingOf(expr);
    putExpr(out, *expr.args[0], own);
    out += infixText(expr.kind);
    putExpr(out, *expr.args[1], own + 1);
}

void putChain(std::string& out, const Expr& expr) {
    const int own = bindingOf(expr);
    for (std::size_t i = 0; i < expr.args.size(); ++i) {
        if (i > 0) {
            out += infixText(expr.kind);
        }
        putExpr(out, *expr.args[i], own + 1);
    }
}

void putComparison(std::string& out, const Expr& expr) {
    for (std::size_t i = 0; i < expr.args.size(); ++i) {
        if (i > 0) {
            out += comparisonText(expr.comparisons[i - 1]);
        }
        putExpr(out, *expr.args[i], kComparison + 1);
    }
}

void putList(std::string& out, const std::vector<ExprPtr>& list) {
    for (std::size_t i = 0; i < list.size(); ++i) {
        out += i > 0 ? ", " : "";
        printExpr(out, *list[i]);
    }
}

void putWindow(std::string& out, const Expr& expr) {
    static constexpr std::array<std::string_view, 3> kUnits{" DAYS", " MONTHS", " YEARS"};
    putExpr(out, *expr.args[0], kPredicate);
    out += " IN WINDOW ";
    putExpr(out, *expr.args[1], kSum);
    out += kUnits[static_cast<std::size_t>(expr.unit)];
    if (expr.args[3]) {
        out += " ENDING ";
        if (expr.args[2]) {
            putExpr(out, *expr.args[2], kSum);
            out += " WORKING DAYS BEFORE ";
        }
        putExpr(out, *expr.args[3], kSum);
    }
}

void putMap(std::string& out, const Expr& expr) {
    out += '{';
    for (std::size_t i = 0; i < expr.args.size(); ++i) {
        out += i > 0 ? ", " : "";
        out += nameText(expr.keys[i]) + ": ";
        printExpr(out, *expr.args[i]);
    }
    out += '}';
}

void putProjection(std::string& out, const Expr& expr) {
    putExpr(out, *expr.args[0], kAtom);
    out += " {";
    for (std::size_t i = 0; i < expr.projection.size(); ++i) {
        const MapProjectionItem& item = expr.projection[i];
        out += i > 0 ? ", " : "";
        switch (item.kind) {
        case MapProjectionItem::Kind::Property:
            out += '.' + nameText(item.name);
            break;
        case MapProjectionItem::Kind::AllProperties:
            out += ".*";
            break;
        case MapProjectionItem::Kind::Entry:
            out += nameText(item.name) + ": ";
            printExpr(out, *item.value);
            break;
        case MapProjectionItem::Kind::Variable:
            out += nameText(item.name);
            break;
        }
    }
    out += '}';
}

void putCase(std::string& out, const Expr& expr) {
    out += "CASE";
    if (expr.args.front()) {
        out += ' ';
        printExpr(out, *expr.args.front());
    }
    for (std::size_t i = 1; i + 1 < expr.args.size(); i += 2) {
        out += i > 1 && expr.args[i - 1] == nullptr ? ", " : " WHEN ";
        printExpr(out, *expr.args[i]);
        if (expr.args[i + 1] == nullptr) {
            continue;
        }
        out += " THEN ";
        printExpr(out, *expr.args[i + 1]);
    }
    if (expr.args.back()) {
        out += " ELSE ";
        printExpr(out, *expr.args.back());
    }
    out += " END";
}

// `x IN list WHERE condition | value`, as far as they are there.
void putComprehension(std::string& out, const Expr* list, const Expr* where, const Expr* value) {
    if (list != nullptr) {
        printExpr(out, *list);
    }
    if (where != nullptr) {
        out += " WHERE ";
        printExpr(out, *where);
    }
    if (value != nullptr) {
        out += " | ";
        printExpr(out, *value);
    }
}

void putQuantifierCall(std::string& out, std::string_view word, const Expr& expr) {
    out += word;
    out += '(' + nameText(expr.name) + " IN ";
    putComprehension(out, expr.args[0].get(), expr.args[1].get(), nullptr);
    out += ')';
}

void putSubquery(std::string& out, std::string_view word, const Expr& expr) {
    out += word;
    out += " { " + toText(*expr.query) + " }";
}

std::string functionText(const std::string& name) {
    std::string out;
    std::size_t from = 0;
    for (std::size_t dot = name.find('.'); dot != std::string::npos; dot = name.find('.', from)) {
        out += nameText(name.substr(from, dot - from)) + '.';
        from = dot + 1;
    }
    return out + nameText(name.substr(from));
}

}  // namespace

void printExpr(std::string& out, const Expr& expr) {
    switch (expr.kind) {
    case ExprKind::Literal:
        out += engine::toCypherText(expr.value);
        break;
    case ExprKind::Parameter:
        out += '$' + nameText(expr.name);
        break;
    case ExprKind::Variable:
        out += nameText(expr.name);
        break;
    case ExprKind::Property:
        putExpr(out, *expr.args[0], kPostfix);
        out += '.' + nameText(expr.name);
        break;
    case ExprKind::Index:
        putExpr(out, *expr.args[0], kPostfix);
        out += '[';
        printExpr(out, *expr.args[1]);
        out += ']';
        break;
    case ExprKind::Slice:
        putExpr(out, *expr.args[0], kPostfix);
        out += '[';
        if (expr.args[1]) {
            printExpr(out, *expr.args[1]);
        }
        out += "..";
        if (expr.args[2]) {
            printExpr(out, *expr.args[2]);
        }
        out += ']';
        break;
    case ExprKind::List: {
        // `[x IN xs]` would be a comprehension.
        const bool brackets = expr.args.size() == 1 && expr.args[0]->kind == ExprKind::In;
        out += brackets ? "[(" : "[";
        putList(out, expr.args);
        out += brackets ? ")]" : "]";
        break;
    }
    case ExprKind::Map:
        putMap(out, expr);
        break;
    case ExprKind::MapProjection:
        putProjection(out, expr);
        break;
    case ExprKind::Not:
        out += "NOT ";
        putExpr(out, *expr.args[0], kNot);
        break;
    case ExprKind::And:
    case ExprKind::Or:
    case ExprKind::Xor:
        putChain(out, expr);
        break;
    case ExprKind::Comparison:
        putComparison(out, expr);
        break;
    case ExprKind::Plus:
    case ExprKind::Minus:
    case ExprKind::Multiply:
    case ExprKind::Divide:
    case ExprKind::Modulo:
    case ExprKind::Power:
    case ExprKind::Concat:
    case ExprKind::In:
    case ExprKind::StartsWith:
    case ExprKind::EndsWith:
    case ExprKind::Contains:
    case ExprKind::Regex:
        putInfix(out, expr);
        break;
    case ExprKind::UnaryPlus:
    case ExprKind::UnaryMinus: {
        out += expr.kind == ExprKind::UnaryPlus ? '+' : '-';
        const bool number = expr.args[0]->kind == ExprKind::Literal && expr.args[0]->value.isNumber();
        putExpr(out, *expr.args[0], number ? kAtom + 1 : kSign);  // -(1) is not the literal -1
        break;
    }
    case ExprKind::InWindow:
        putWindow(out, expr);
        break;
    case ExprKind::IsNull:
        putExpr(out, *expr.args[0], kPredicate);
        out += " IS NULL";
        break;
    case ExprKind::IsNotNull:
        putExpr(out, *expr.args[0], kPredicate);
        out += " IS NOT NULL";
        break;
    case ExprKind::IsTyped:
    case ExprKind::IsNotTyped:
        putExpr(out, *expr.args[0], kPredicate);
        out += expr.kind == ExprKind::IsTyped ? " IS :: " : " IS NOT :: ";
        out += expr.name;
        break;
    case ExprKind::HasLabels: {
        putExpr(out, *expr.args[0], kPostfix);
        const bool brackets =
            expr.labels->kind == LabelExpr::Kind::Or;  // `|` may end a comprehension's WHERE
        out += brackets ? ":(" : ":";
        out += toText(*expr.labels);
        out += brackets ? ")" : "";
        break;
    }
    case ExprKind::Function:
        out += functionText(expr.name) + (expr.distinct ? "(DISTINCT " : "(");
        putList(out, expr.args);
        out += ')';
        break;
    case ExprKind::CountStar:
        out += "count(*)";
        break;
    case ExprKind::Case:
        putCase(out, expr);
        break;
    case ExprKind::ListComprehension:
        out += '[' + nameText(expr.name) + " IN ";
        putComprehension(out, expr.args[0].get(), expr.args[1].get(), expr.args[2].get());
        out += ']';
        break;
    case ExprKind::PatternComprehension:
        out += '[' + toText(expr.patterns[0]);
        putComprehension(out, nullptr, expr.args[0].get(), expr.args[1].get());
        out += ']';
        break;
    case ExprKind::Reduce:
        out += "reduce(" + nameText(expr.name) + " = ";
        printExpr(out, *expr.args[0]);
        out += ", " + nameText(expr.name2) + " IN ";
        putComprehension(out, expr.args[1].get(), nullptr, expr.args[2].get());
        out += ')';
        break;
    case ExprKind::All:
        putQuantifierCall(out, "all", expr);
        break;
    case ExprKind::Any:
        putQuantifierCall(out, "any", expr);
        break;
    case ExprKind::None:
        putQuantifierCall(out, "none", expr);
        break;
    case ExprKind::Single:
        putQuantifierCall(out, "single", expr);
        break;
    case ExprKind::PatternPredicate:
    case ExprKind::ShortestPath:
        out += toText(expr.patterns[0]);
        break;
    case ExprKind::Exists:
        putSubquery(out, "EXISTS", expr);
        break;
    case ExprKind::Count:
        putSubquery(out, "COUNT", expr);
        break;
    case ExprKind::Collect:
        putSubquery(out, "COLLECT", expr);
        break;
    case ExprKind::ValidOn:  // only in plans: it has no syntax of its own
        putExpr(out, *expr.args[0], kPostfix);
        out += " VALID ON ";
        putExpr(out, *expr.args[1], kSum);
        break;
    }
}

std::string nameText(const std::string& name) {
    // As variables these words would be read as something else.
    static constexpr std::array<std::string_view, 7> kNeedQuotes{"NOT",  "TRUE", "FALSE",   "NULL",
                                                                 "CASE", "WHEN", "DISTINCT"};
    bool plain = !name.empty();
    std::string upper;
    for (const char c : name) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        plain = plain && (letter || (c >= '0' && c <= '9' && !upper.empty()));
        upper += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    plain = plain && std::find(kNeedQuotes.begin(), kNeedQuotes.end(), upper) == kNeedQuotes.end();
    if (plain) {
        return name;
    }
    std::string out = "`";
    for (const char c : name) {
        out += c;
        if (c == '`') {
            out += c;
        }
    }
    return out + '`';
}

std::string toText(const Expr& expr) {
    std::string out;
    printExpr(out, expr);
    return out;
}

}  // namespace xinpu::query
