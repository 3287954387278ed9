// The numbers one may move: thresholds, weights, floors, recovery, exposure.
import { type KnobFault, type Knobs, weightSum } from "../../api/policy.ts";
import { COMPONENTS, type ComponentName } from "../../api/types.ts";
import * as number from "../../format/number.ts";
import { componentName } from "../../texts/codes.ts";
import { texts } from "../../texts.ts";

type KnobProps = {
  label: string;
  value: number;
  was: number;
  change: (value: number) => void;
  max: number;
  min?: number;
  step?: number;
  unit?: string;
};

/** A slider for the hand and a number field for the exact value; both are the same knob. */
function Knob({ label, value, was, change, max, min = 0, step = 1, unit }: KnobProps) {
  const moved = value !== was;
  return (
    <div className="knob" data-moved={moved}>
      <span className="knob-label" aria-hidden="true">
        {label}
      </span>
      <input
        type="range"
        aria-label={label}
        value={Number.isFinite(value) ? value : 0}
        min={min}
        max={max}
        step={step}
        onChange={(e) => change(e.target.valueAsNumber)}
      />
      <input
        type="number"
        aria-label={label}
        value={Number.isFinite(value) ? value : ""}
        min={min}
        max={max}
        step={step}
        onChange={(e) => change(e.target.valueAsNumber)}
      />
      <span className="quiet small knob-was">
        {moved ? <b>{number.signed(value - was)}</b> : unit}
      </span>
    </div>
  );
}

function Zones({ knobs }: { knobs: Knobs }) {
  const { degraded, healthy } = knobs;
  return (
    <div className="zones" aria-hidden="true">
      <i data-tone="unhealthy" style={{ inlineSize: `${degraded}%` }} />
      <i data-tone="degraded" style={{ inlineSize: `${Math.max(0, healthy - degraded)}%` }} />
      <i data-tone="healthy" style={{ flex: 1 }} />
    </div>
  );
}

function WeightBar({ knobs }: { knobs: Knobs }) {
  const sum = weightSum(knobs);
  return (
    <>
      <div className="weight-bar" aria-hidden="true" data-fault={sum !== 100}>
        {COMPONENTS.map((c) => (
          <i key={c} style={{ flexGrow: Math.max(0, knobs.weights[c]) }} />
        ))}
      </div>
      <output className="small" data-fault={sum !== 100}>
        {texts.trial.sum(number.signed(sum).replace("+", ""))}
      </output>
    </>
  );
}

type KnobFormProps = {
  knobs: Knobs;
  current: Knobs;
  change: (knobs: Knobs) => void;
  fault: KnobFault | null;
  changed: boolean;
  flips: number | null;
};

type NumberKnob = { [K in keyof Knobs]: Knobs[K] extends number ? K : never }[keyof Knobs];

export function KnobForm({ knobs, current, change, fault, changed, flips }: KnobFormProps) {
  const { trial: words } = texts;
  const own = (name: NumberKnob) => ({
    value: knobs[name],
    was: current[name],
    change: (value: number) => change({ ...knobs, [name]: value }),
  });
  const part = (group: "weights" | "floors", c: ComponentName) => ({
    label: componentName(c),
    value: knobs[group][c],
    was: current[group][c],
    change: (value: number) => change({ ...knobs, [group]: { ...knobs[group], [c]: value } }),
  });
  return (
    <form className="knobs" onSubmit={(e) => e.preventDefault()} aria-label={words.title}>
      <fieldset>
        <legend>{words.thresholds}</legend>
        <Zones knobs={knobs} />
        <Knob label={words.healthy} {...own("healthy")} max={100} />
        <Knob label={words.degraded} {...own("degraded")} max={100} />
      </fieldset>
      <fieldset>
        <legend>{words.weights}</legend>
        <WeightBar knobs={knobs} />
        {COMPONENTS.map((c) => (
          <Knob key={c} {...part("weights", c)} max={100} unit="%" />
        ))}
      </fieldset>
      <fieldset>
        <legend>{words.floors}</legend>
        {COMPONENTS.map((c) => (
          <Knob key={c} {...part("floors", c)} max={100} />
        ))}
      </fieldset>
      <fieldset>
        <legend>{words.recovery}</legend>
        <Knob label={words.margin} {...own("recoveryMargin")} max={30} unit={words.points} />
        <Knob
          label={words.dwell}
          {...own("recoveryHours")}
          max={48}
          step={0.5}
          unit={words.hours}
        />
      </fieldset>
      <fieldset>
        <legend>{words.exposure}</legend>
        <Knob
          label={words.rise}
          {...own("exposureRise")}
          max={100 - (Number.isFinite(knobs.healthy) ? knobs.healthy : 0)}
          step={0.5}
          unit={words.riseMore}
        />
        <Knob
          label={words.halfAt}
          {...own("exposureHalfAt")}
          min={0.05}
          max={5}
          step={0.05}
          unit={words.times}
        />
      </fieldset>
      <div className="knob-foot">
        {flips !== null && !fault && (
          <b className="narrow-only" aria-hidden="true">
            {words.flipCount(number.count(flips))}
          </b>
        )}
        <p className="alarm" role="status">
          {fault ? words.faults[fault] : ""}
        </p>
        <button
          type="button"
          className="button"
          onClick={() => change(current)}
          disabled={!changed}
        >
          {words.reset}
        </button>
      </div>
    </form>
  );
}
