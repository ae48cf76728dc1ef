// tests/unit/functions/expression.cpp
// A reader of expressions for tests: recursive descent, one character ahead.

#include "expression.h"

#include <stdexcept>

#include "credit/language/words.h"
#include "engine/value/literal.h"
#include "query/functions/operators.h"
#include "xinpu/error.h"

namespace xinpu::query::test {

using engine::Value;

namespace {

class Reader {
public:
    Reader(std::string_view text, const Bindings& bindings) : text_(text), bindings_(&bindings) {}

    Value whole() {
        Value value = sum();
        if (blanks(), at_ != text_.size()) {
            fail();
        }
        return value;
    }

private:
    [[noreturn]] void fail() const {
        throw std::runtime_error("no expression at " + std::to_string(at_) + " of " + std::string(text_));
    }
    void blanks() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) {
            ++at_;
        }
    }
    char peek() {
        blanks();
        return at_ < text_.size() ? text_[at_] : '\0';
    }
    bool take(std::string_view sign) {
        blanks();
        if (text_.substr(at_, sign.size()) != sign) {
            return false;
        }
        at_ += sign.size();
        return true;
    }
    void need(std::string_view sign) {
        if (!take(sign)) {
            fail();
        }
    }
    static bool isLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
    static bool isDigit(char c) { return c >= '0' && c <= '9'; }
    std::string name() {
        blanks();
        const std::size_t first = at_;
        while (at_ < text_.size() && (isLetter(text_[at_]) || isDigit(text_[at_]))) {
            ++at_;
        }
        if (at_ == first) {
            fail();
        }
        return std::string(text_.substr(first, at_ - first));
    }

    Value sum() {
        Value value = product();
        for (;;) {
            if (take("+")) {
                value = applyBinary(ExprKind::Plus, value, product(), {});
            } else if (take("=~")) {
                value = applyBinary(ExprKind::Regex, value, product(), {});
            } else if (take("-")) {
                value = applyBinary(ExprKind::Minus, value, product(), {});
            } else if (take("STARTS WITH")) {
                value = applyBinary(ExprKind::StartsWith, value, product(), {});
            } else if (take("ENDS WITH")) {
                value = applyBinary(ExprKind::EndsWith, value, product(), {});
            } else if (take("CONTAINS")) {
                value = applyBinary(ExprKind::Contains, value, product(), {});
            } else if (take("IN ")) {
                value = applyBinary(ExprKind::In, value, product(), {});
            } else if (take("||")) {
                value = applyBinary(ExprKind::Concat, value, product(), {});
            } else {
                return value;
            }
        }
    }
    Value product() {
        Value value = factor();
        for (;;) {
            if (take("*")) {
                value = applyBinary(ExprKind::Multiply, value, factor(), {});
            } else if (take("/")) {
                value = applyBinary(ExprKind::Divide, value, factor(), {});
            } else if (take("%")) {
                value = applyBinary(ExprKind::Modulo, value, factor(), {});
            } else if (take("^")) {
                value = applyBinary(ExprKind::Power, value, factor(), {});
            } else {
                return value;
            }
        }
    }
    Value factor() {
        if (peek() == '-' && at_ + 1 < text_.size() && !isDigit(text_[at_ + 1]) && text_[at_ + 1] != '.') {
            take("-");
            return applyUnary(ExprKind::UnaryMinus, factor(), {});
        }
        Value value = primary();
        for (;;) {
            if (take("[")) {
                value = bracket(value);
            } else if (peek() == '.' && at_ + 1 < text_.size() && isLetter(text_[at_ + 1])) {
                take(".");
                value = propertyOfValue(value, name(), {});
            } else {
                return value;
            }
        }
    }
    Value bracket(const Value& of) {
        std::optional<Value> from;
        if (peek() != '.') {
            from = sum();
        }
        if (take("]")) {
            return elementOf(of, *from, {});
        }
        need("..");
        std::optional<Value> to;
        if (peek() != ']') {
            to = sum();
        }
        need("]");
        return sliceOf(of, from ? &*from : nullptr, to ? &*to : nullptr, {});
    }
    Value primary() {
        const char c = peek();
        if (c == '\'') {
            return string();
        }
        if (c == '[') {
            return list();
        }
        if (c == '{') {
            return map();
        }
        if (take("(")) {
            Value inner = sum();
            need(")");
            return inner;
        }
        return isLetter(c) ? named() : number();
    }
    Value string() {
        std::string text;
        for (++at_; at_ < text_.size() && text_[at_] != '\''; ++at_) {
            if (text_[at_] == '\\') {
                ++at_;
                text += text_[at_] == 'n' ? '\n' : text_[at_] == 't' ? '\t' : text_[at_];
            } else {
                text += text_[at_];
            }
        }
        ++at_;
        return Value::of(text);
    }
    Value number() {
        const std::size_t first = at_;
        bool whole = true;
        while (at_ < text_.size()) {
            const char c = text_[at_];
            const bool range = c == '.' && text_.substr(at_, 2) == "..";
            if (isDigit(c) || (at_ == first && (c == '-' || c == '+'))) {
                ++at_;
            } else if (!range && (c == '.' || c == 'e' || c == 'E')) {
                whole = false;
                at_ += c != '.' && at_ + 1 < text_.size() && (text_[at_ + 1] == '-' || text_[at_ + 1] == '+')
                           ? 2
                           : 1;
            } else {
                break;
            }
        }
        const std::string digits(text_.substr(first, at_ - first));
        if (digits.empty()) {
            fail();
        }
        return whole ? Value::of(static_cast<std::int64_t>(std::stoll(digits)))
                     : Value::of(std::stod(digits));
    }
    Value list() {
        std::vector<Value> elements;
        need("[");
        while (!take("]")) {
            elements.push_back(sum());
            take(",");
        }
        return Value::of(std::move(elements));
    }
    Value map() {
        std::vector<engine::MapEntry> entries;
        need("{");
        while (!take("}")) {
            std::string key = name();
            need(":");
            entries.push_back({std::move(key), sum()});
            take(",");
        }
        return Value::of(std::move(entries));
    }
    Value named() {
        std::string word = name();
        if (word == "null") {
            return {};
        }
        if (word == "true" || word == "false") {
            return Value::of(word == "true");
        }
        if (const auto bound = bindings_->find(word); bound != bindings_->end()) {
            return bound->second;
        }
        while (take(".")) {
            word += "." + name();
        }
        return call(word);
    }
    Value call(const std::string& word) {
        std::vector<Value> args;
        need("(");
        while (!take(")")) {
            args.push_back(sum());
            take(",");
        }
        const Function* function = registry().function(word);
        if (function == nullptr || function->call == nullptr || args.size() < function->args_min ||
            args.size() > function->args_max) {
            throw std::runtime_error("no function " + word);
        }
        for (const Value& arg : args) {
            if (arg.isNull() && function->null_in_null_out) {
                return {};
            }
        }
        std::mt19937_64 random(1);
        EvalContext context = contextOfTest(random);
        return function->call(context, args);
    }

    std::string_view text_;
    const Bindings* bindings_;
    std::size_t at_ = 0;
};

const char* nameOf(ErrorCode code) {
    switch (code) {
    case ErrorCode::Type:
        return "TypeError";
    case ErrorCode::Argument:
        return "ArgumentError";
    case ErrorCode::Arithmetic:
        return "ArithmeticError";
    case ErrorCode::Syntax:
        return "SyntaxError";
    case ErrorCode::Limit:
        return "Limit";
    default:
        return "Error";
    }
}

}  // namespace

const Registry& registry() {
    static const Registry kRegistry = [] {
        Registry made;
        registerBuiltinFunctions(made);
        credit::registerCreditWords(made);
        return made;
    }();
    return kRegistry;
}

EvalContext contextOfTest(std::mt19937_64& random) {
    EvalContext context;
    context.clock = {1'795'575'600, 500'000'000, "Asia/Shanghai"};
    context.random = &random;
    return context;
}

Value evaluated(std::string_view text, const Bindings& bindings) {
    return Reader(text, bindings).whole();
}

std::string resultOf(std::string_view text, const Bindings& bindings) {
    try {
        return engine::toCypherText(evaluated(text, bindings));
    } catch (const Error& error) {
        return std::string(nameOf(error.code())) + " " + error.detail();
    }
}

}  // namespace xinpu::query::test
