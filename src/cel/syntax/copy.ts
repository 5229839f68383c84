import type { Expression } from './ast.ts';

/** A deep copy, for macros that use an operand twice: types are noted by node. `made` sees every node of it. */
export function copyExpression(expression: Expression, made: <T extends Expression>(node: T) => T): Expression {
  const copied = (child: Expression) => copyExpression(child, made);
  switch (expression.kind) {
    case 'literal':
    case 'identifier':
      return made({ ...expression });
    case 'select':
      return made({ ...expression, operand: copied(expression.operand) });
    case 'call': {
      const { target, args } = expression;
      return made({ ...expression, ...(target && { target: copied(target) }), args: args.map(copied) });
    }
    case 'list':
      return made({ ...expression, elements: expression.elements.map(copied) });
    case 'map': {
      const entries = expression.entries.map((entry) => ({ ...entry, key: copied(entry.key), value: copied(entry.value) }));
      return made({ ...expression, entries });
    }
    case 'struct': {
      const fields = expression.fields.map((field) => ({ ...field, value: copied(field.value) }));
      return made({ ...expression, fields });
    }
    case 'comprehension':
      return made({
        ...expression,
        range: copied(expression.range),
        initial: copied(expression.initial),
        condition: copied(expression.condition),
        step: copied(expression.step),
        result: copied(expression.result),
      });
  }
}
