// A tree of which only the rows in sight are elements, so that 10,000 of them scroll as fast as 10.

import { el } from './dom.js';

const HEIGHT = 34;
// The rows above and below those in sight, so that scrolling shows no gaps.
const MARGIN = 10;

export class Rows {
  // `draw` fills the element of a row; `onSelect` hears which row is selected, and `onToggle` which
  // one is to be opened or closed.
  constructor({ label, draw, onSelect, onToggle }) {
    Object.assign(this, { draw, onSelect, onToggle, rows: [], selected: null, slots: new Map() });
    this.space = el('div', { class: 'tree-space', role: 'none' });
    this.element = el('div', {
      class: 'tree', role: 'tree', tabindex: '0', 'aria-label': label,
      on: { scroll: () => this.schedule(), keydown: (event) => this.key(event), click: (event) => this.click(event) },
    }, this.space);
    new ResizeObserver(() => this.schedule()).observe(this.element);
  }

  // Replaces the rows. The selected one stays selected while it exists.
  set(rows) {
    this.rows = rows;
    this.space.style.height = `${rows.length * HEIGHT}px`;
    this.element.style.setProperty('--height', `${rows.length * HEIGHT}px`);
    this.refresh();
  }

  // Draws the rows in sight again.
  refresh() {
    this.isStale = true;
    this.schedule();
  }

  schedule() {
    if (this.isScheduled) return;
    this.isScheduled = true;
    requestAnimationFrame(() => {
      this.isScheduled = false;
      this.paint();
    });
  }

  paint() {
    const from = Math.max(0, Math.floor(this.element.scrollTop / HEIGHT) - MARGIN);
    const to = Math.min(this.rows.length, Math.ceil((this.element.scrollTop + this.element.clientHeight) / HEIGHT) + MARGIN);
    const free = [];
    for (const [at, slot] of this.slots) {
      if (at < from || at >= to) {
        free.push(slot);
        this.slots.delete(at);
      }
    }
    for (let at = from; at < to; at += 1) {
      let slot = this.slots.get(at);
      const isNew = !slot;
      if (isNew) {
        slot = free.pop() ?? this.space.appendChild(el('div', { class: 'row', role: 'treeitem' }));
        slot.style.transform = `translateY(${at * HEIGHT}px)`;
        slot.id = `row-${at}`;
        slot.dataset.at = at;
        this.slots.set(at, slot);
      }
      if (isNew || this.isStale) this.describe(slot, this.rows[at], at);
    }
    for (const slot of free) slot.remove();
    this.isStale = false;
    const at = this.at();
    if (this.slots.has(at)) this.element.setAttribute('aria-activedescendant', `row-${at}`);
    else this.element.removeAttribute('aria-activedescendant');
  }

  describe(slot, row, at) {
    slot.ariaLevel = row.level;
    slot.ariaPosInSet = at + 1;
    slot.ariaSetSize = this.rows.length;
    slot.ariaExpanded = row.hasChildren ? String(row.isOpen) : null;
    const isSelected = row.item === this.selected;
    slot.ariaSelected = String(isSelected);
    slot.classList.toggle('is-selected', isSelected);
    slot.dataset.level = Math.min(row.level, 6);
    this.draw(slot, row);
  }

  at() {
    return this.rows.findIndex((row) => row.item === this.selected);
  }

  select(at, isChosen = false) {
    const row = this.rows[Math.max(0, Math.min(at, this.rows.length - 1))];
    if (!row) return;
    this.selected = row.item;
    const top = this.at() * HEIGHT;
    if (top < this.element.scrollTop) this.element.scrollTop = top;
    const bottom = top + HEIGHT - this.element.clientHeight;
    if (bottom > this.element.scrollTop) this.element.scrollTop = bottom;
    this.refresh();
    this.onSelect(row.item, isChosen);
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = this.at();
    const row = this.rows[at];
    const page = Math.max(1, Math.floor(this.element.clientHeight / HEIGHT) - 1);
    const moves = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, PageDown: page, PageUp: -page };
    if (event.key in moves) this.select(at < 0 ? 0 : at + moves[event.key]);
    else if (event.key === 'Home') this.select(0);
    else if (event.key === 'End') this.select(this.rows.length - 1);
    else if (event.key === 'ArrowRight' && row?.hasChildren && !row.isOpen) this.onToggle(row.item);
    else if (event.key === 'ArrowLeft' && row?.isOpen) this.onToggle(row.item);
    else if (event.key === 'ArrowLeft' && row) this.select(this.rows.findLastIndex((other, i) => i < at && other.level < row.level));
    else if (event.key === 'Enter' && row) this.select(at, true);
    else if (event.key === ' ' && row?.hasChildren) this.onToggle(row.item);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  click(event) {
    const slot = event.target.closest('.row');
    if (!slot) return;
    const at = Number(slot.dataset.at);
    const { item, hasChildren } = this.rows[at];
    const isTwist = event.target.closest('.twist') !== null;
    if (hasChildren && (isTwist || item.kind === 'group')) this.onToggle(item);
    if (!isTwist) this.select(at);
  }
}
