// query/syntax/tree_expressions.cpp
// Rows of operands and operators to trees, by precedence; and what surrounds an atom.
#include <algorithm>
#include <optional>

#include "query/syntax/parser.h"
#include "query/syntax/tree_builder.h"

namespace xinpu::query {
namespace {

// openCypher 9's levels, from the loosest.
enum Level : int { kNone = 0, kOr, kXor, kAnd, kNot, kComparison, kPredicate, kSum, kProduct, kPower };

struct Operator {
    ExprKind kind = ExprKind::Or;
    int level = kNone;
    Comparison comparison = Comparison::Equal;
    Position at{};
};

// openCypher's operators between two operands.
Operator operatorOf(const Lexeme& lexeme) {
    const auto of = [&](ExprKind kind, int level) {
        return Operator{kind, level, Comparison::Equal, lexeme.at()};
    };
    const auto compare = [&](Comparison comparison) {
        return Operator{ExprKind::Comparison, kComparison, comparison, lexeme.at()};
    };
    switch (lexeme.type()) {
    case Grammar::OR:
        return of(ExprKind::Or, kOr);
    case Grammar::XOR:
        return of(ExprKind::Xor, kXor);
    case Grammar::AND:
        return of(ExprKind::And, kAnd);
    case Grammar::EQ:
        return compare(Comparison::Equal);
    case Grammar::NE:
        return compare(Comparison::NotEqual);
    case Grammar::LT:
        return compare(Comparison::Less);
    case Grammar::LE:
        return compare(Comparison::LessOrEqual);
    case Grammar::GT:
        return compare(Comparison::Greater);
    case Grammar::GE:
        return compare(Comparison::GreaterOrEqual);
    case Grammar::IN:
        return of(ExprKind::In, kPredicate);
    case Grammar::STARTS:
        return of(ExprKind::StartsWith, kPredicate);
    case Grammar::ENDS:
        return of(ExprKind::EndsWith, kPredicate);
    case Grammar::CONTAINS:
        return of(ExprKind::Contains, kPredicate);
    case Grammar::EQ_TILDE:
        return of(ExprKind::Regex, kPredicate);
    case Grammar::PLUS:
        return of(ExprKind::Plus, kSum);
    case Grammar::MINUS:
        return of(ExprKind::Minus, kSum);
    case Grammar::BARS:
        return of(ExprKind::Concat, kSum);
    case Grammar::STAR:
        return of(ExprKind::Multiply, kProduct);
    case Grammar::SLASH:
        return of(ExprKind::Divide, kProduct);
    case Grammar::PERCENT:
        return of(ExprKind::Modulo, kProduct);
    case Grammar::HAT:
        return of(ExprKind::Power, kPower);
    default:
        return of(ExprKind::Or, kNone);
    }
}

bool joinsTruths(ExprKind kind) {
    return kind == ExprKind::And || kind == ExprKind::Or || kind == ExprKind::Xor;
}

// Operands and operators that still wait for what follows (the shunting-yard method).
class Yard {
public:
    struct Operand {
        ExprPtr expr;
        bool open = false;  // joined here, without brackets: the same operator may go on with it
    };

    bool mustReduce(int level) const { return !operators_.empty() && operators_.back().level >= level; }
    /// NOT stands before the first operand, or after another word between truths.
    bool mayInvert() const { return operators_.empty() || operators_.back().level <= kNot; }
    void push(ExprPtr operand, bool open = false) { operands_.push_back({std::move(operand), open}); }
    void push(const Operator& op) { operators_.push_back(op); }
    Operand takeOperand() {
        Operand last = std::move(operands_.back());
        operands_.pop_back();
        return last;
    }
    Operator takeOperator() {
        const Operator last = operators_.back();
        operators_.pop_back();
        return last;
    }

private:
    std::vector<Operand> operands_;
    std::vector<Operator> operators_;
};

// What stands beside an operand.
enum class Beside : std::uint8_t { Nothing, Junction, Other };

Beside junctionOr(bool junction) {
    return junction ? Beside::Junction : Beside::Other;
}

Beside behind(const Children& children) {
    if (children.done()) {
        return Beside::Nothing;
    }
    return junctionOr(children.isToken(Grammar::AND) || children.isToken(Grammar::OR) ||
                      children.isToken(Grammar::XOR));
}

// `a.b.c` as the name of a function; empty if it is none.
std::string dottedName(const Expr& expr) {
    if (expr.kind == ExprKind::Variable) {
        return expr.name;
    }
    if (expr.kind != ExprKind::Property) {
        return {};
    }
    const std::string space = dottedName(*expr.args[0]);
    return space.empty() ? space : space + '.' + expr.name;
}

// Words of a function's name in front of the last: enough for any, and bounds the recursion.
constexpr std::uint16_t kNameWordsMax = 16;

}  // namespace

// Counts the levels below `expr`.
ExprPtr TreeBuilder::finish(ExprPtr expr) {
    std::uint16_t below = 0;
    for (const ExprPtr& arg : expr->args) {
        below = std::max(below, arg ? arg->depth : std::uint16_t{0});
    }
    for (const MapProjectionItem& item : expr->projection) {
        below = std::max(below, item.value ? item.value->depth : std::uint16_t{0});
    }
    return finishOver(std::move(expr), below);
}

ExprPtr TreeBuilder::finishOver(ExprPtr expr, std::uint16_t below) {
    expr->depth = std::max(expr->depth, static_cast<std::uint16_t>(below + 1));
    if (expr->depth > kExpressionDepthMax) {
        throw Error(ErrorCode::Limit,
                    "The expression has more than " + std::to_string(kExpressionDepthMax) +
                        " levels: take it apart, or use a list.",
                    "NESTING_LIMIT", expr->at);
    }
    deepest_ = std::max(deepest_, expr->depth);
    return expr;
}

ExprPtr TreeBuilder::node(ExprKind kind, Position at, ExprPtr first, ExprPtr second) {
    auto expr = std::make_unique<Expr>();
    expr->kind = kind;
    expr->at = at;
    std::uint16_t below = 0;
    if (first) {
        below = first->depth;
        expr->args.reserve(second ? 2 : 1);
        expr->args.push_back(std::move(first));
    }
    if (second) {
        below = std::max(below, second->depth);
        expr->args.push_back(std::move(second));
    }
    return finishOver(std::move(expr), below);
}

ExprPtr TreeBuilder::expression(Tree& tree, Asks asks) {
    return expressionFrom(tree, 0, asks);
}

ExprPtr TreeBuilder::where(Tree& tree) {
    Children children(tree, 1);
    return expression(*children.anyRule(), Asks::Truth);
}

// `from` is the place of an operand among the children.
ExprPtr TreeBuilder::expressionFrom(Tree& tree, std::size_t from, Asks asks) {
    Children children(tree, from);
    if (tree.children.size() == from + 1) {
        Tree& sole = *children.anyRule();
        if (firstLexeme(sole).type() != Grammar::NOT) {
            return operand(sole, asks);
        }
        children = Children(tree, from);
    }
    Yard yard;
    const auto reduceTo = [&](int level) {
        while (yard.mustReduce(level)) {
            const Operator op = yard.takeOperator();
            ExprPtr right = yard.takeOperand().expr;
            if (op.kind == ExprKind::Not) {
                yard.push(node(ExprKind::Not, op.at, std::move(right)));
                continue;
            }
            Yard::Operand left = yard.takeOperand();
            const bool compares = op.kind == ExprKind::Comparison;
            if (left.open && left.expr->kind == op.kind && (compares || joinsTruths(op.kind))) {
                const std::uint16_t below = right->depth;
                left.expr->args.push_back(std::move(right));
                left.expr = finishOver(std::move(left.expr), below);
            } else {
                const Position at = left.expr->at;
                left.expr = node(op.kind, at, std::move(left.expr), std::move(right));
            }
            if (compares) {
                left.expr->comparisons.push_back(op.comparison);
            }
            yard.push(std::move(left.expr), true);
        }
    };
    const auto takeOperand = [&](Beside before) {
        Tree& next = *children.anyRule();
        Children prefixes(next);
        while (const Lexeme* inversion = prefixes.token(Grammar::NOT)) {
            if (!yard.mayInvert()) {
                fail(inversion->at(),
                     "Invalid input 'NOT': put brackets around it to compare what it gives.");
            }
            yard.push(Operator{ExprKind::Not, kNot, Comparison::Equal, inversion->at()});
            before = Beside::Junction;
        }
        const Beside after = behind(children);
        bool truth = before != Beside::Other && after != Beside::Other;
        if (before == Beside::Nothing && after == Beside::Nothing) {
            truth = asks == Asks::Truth;
        }
        yard.push(operand(next, truth ? Asks::Truth : Asks::Value));
    };
    takeOperand(Beside::Nothing);
    while (!children.done()) {
        const Lexeme& sign = *children.anyToken();
        if (sign.type() == Grammar::IS) {
            reduceTo(kPredicate);
            const bool negated = children.token(Grammar::NOT) != nullptr;
            ExprPtr of = yard.takeOperand().expr;
            const Position at = of->at;
            if (children.token(Grammar::NULL_) != nullptr) {
                yard.push(node(negated ? ExprKind::IsNotNull : ExprKind::IsNull, at, std::move(of)));
            } else {
                children.anyToken();
                ExprPtr typed = node(negated ? ExprKind::IsNotTyped : ExprKind::IsTyped, at, std::move(of));
                typed->name = typeName(*children.anyRule());
                yard.push(std::move(typed));
            }
        } else if (sign.type() == Grammar::IN && children.token(Grammar::WINDOW) != nullptr) {
            reduceTo(kPredicate);
            yard.push(window(yard.takeOperand().expr, *children.anyRule()));
        } else {
            children.token(Grammar::WITH);
            const Operator op = operatorOf(sign);
            reduceTo(op.level);
            yard.push(op);
            takeOperand(junctionOr(joinsTruths(op.kind)));
        }
    }
    reduceTo(kNone);
    return yard.takeOperand().expr;
}

ExprPtr TreeBuilder::window(ExprPtr date, Tree& tree) {
    auto expr = std::make_unique<Expr>();
    expr->kind = ExprKind::InWindow;
    expr->at = date->at;
    expr->args.resize(4);
    expr->args[0] = std::move(date);
    Children children(tree);
    expr->args[1] = expression(*children.anyRule());
    switch (children.anyToken()->type()) {
    case Grammar::DAY:
    case Grammar::DAYS:
        expr->unit = WindowUnit::Days;
        break;
    case Grammar::MONTH:
    case Grammar::MONTHS:
        expr->unit = WindowUnit::Months;
        break;
    default:
        expr->unit = WindowUnit::Years;
        break;
    }
    if (children.token(Grammar::ENDING) != nullptr) {
        expr->args[3] = expression(*children.anyRule());
        if (children.token(Grammar::WORKING) != nullptr) {
            children.anyToken();
            children.anyToken();
            expr->args[2] = std::move(expr->args[3]);
            expr->args[3] = expression(*children.anyRule());
        }
    }
    return finish(std::move(expr));
}

ExprPtr TreeBuilder::operand(Tree& tree, Asks asks) {
    Children children(tree);
    while (children.token(Grammar::NOT) != nullptr) {
    }
    std::vector<const Lexeme*> signs;
    while (const Lexeme* sign = children.token({Grammar::PLUS, Grammar::MINUS, Grammar::NOT})) {
        if (sign->type() == Grammar::NOT) {
            fail(sign->at(), "Invalid input 'NOT': a sign needs a number.");
        }
        signs.push_back(sign);
    }
    Tree& inner = *children.anyRule();
    const Position at = firstLexeme(inner).at();
    ExprPtr expr;
    if (!signs.empty() && signs.back()->type() == Grammar::MINUS && children.done() &&
        inner.children.size() == 1) {
        // -9223372036854775808 is a number, 9223372036854775808 is none.
        Children number(inner);
        if (const Lexeme* lexeme = number.token({Grammar::INTEGER, Grammar::FLOAT})) {
            expr = literal(*lexeme, true);
            expr->at = signs.back()->at();
            signs.pop_back();
        }
    }
    if (!expr) {
        expr = atom(inner, children.done() && signs.empty() ? asks : Asks::Value);
    }
    while (!children.done()) {
        if (Tree* labelled = children.rule(Grammar::RuleLabelTest)) {
            const std::uint16_t outside = std::exchange(deepest_, std::uint16_t{0});
            auto tested = std::make_unique<Expr>();
            tested->labels = labels(*labelled);
            tested->depth = static_cast<std::uint16_t>(deepest_ + 1);
            deepest_ = std::max(deepest_, outside);
            tested->kind = ExprKind::HasLabels;
            tested->at = at;
            tested->args.push_back(std::move(expr));
            expr = finish(std::move(tested));
        } else if (children.token(Grammar::DOT) != nullptr) {
            std::string key = name(*children.anyRule());
            if (Tree* arguments = children.rule(Grammar::RuleCall)) {
                const bool words =
                    expr->depth <= kNameWordsMax && firstLexeme(inner).type() != Grammar::LPAREN;
                const std::string space = words ? dottedName(*expr) : std::string();
                if (space.empty()) {
                    unexpected(firstLexeme(*arguments), "an operator");
                }
                expr = call(space + '.' + key, at, *arguments);
            } else {
                expr = node(ExprKind::Property, at, std::move(expr));
                expr->name = std::move(key);
            }
        } else {
            expr = subscript(std::move(expr), at, children);
        }
    }
    for (auto sign = signs.rbegin(); sign != signs.rend(); ++sign) {
        expr = node((*sign)->type() == Grammar::MINUS ? ExprKind::UnaryMinus : ExprKind::UnaryPlus,
                    (*sign)->at(), std::move(expr));
    }
    return expr;
}

// `[i]`, `[i..k]`
ExprPtr TreeBuilder::subscript(ExprPtr of, Position at, Children& children) {
    children.token(Grammar::LBRACKET);
    ExprPtr first = children.atRule() ? expression(*children.anyRule()) : nullptr;
    if (children.token(Grammar::DOTS) == nullptr) {
        if (!first) {
            unexpected(*children.anyToken(), "an expression");
        }
        children.token(Grammar::RBRACKET);
        return node(ExprKind::Index, at, std::move(of), std::move(first));
    }
    auto slice = std::make_unique<Expr>();
    slice->kind = ExprKind::Slice;
    slice->at = at;
    slice->args.push_back(std::move(of));
    slice->args.push_back(std::move(first));
    slice->args.push_back(children.atRule() ? expression(*children.anyRule()) : nullptr);
    children.token(Grammar::RBRACKET);
    return finish(std::move(slice));
}

}  // namespace xinpu::query
