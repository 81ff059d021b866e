// One course of workers in a process of its own: prints its figures as a line of JSON.
import { runWorkerCourse, type WorkerCourse } from './worker-course.ts';

const metrics = await runWorkerCourse(JSON.parse(process.argv[2] ?? '') as WorkerCourse);
process.stdout.write(`\n${JSON.stringify(metrics)}\n`, () => process.exit(0));
