#!/bin/bash
# Workers of a store as a SLURM array: sbatch --array=1-8 --export=ALL,VCFIMG_STORE=URL,VCFIMG_OUT=DIR slurm_array.sh
# Each task works until the queue is empty. A task that is cancelled gives its studies back; one that is killed costs
# each of its studies one attempt.
#SBATCH --job-name=vcfimg
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=1
#SBATCH --mem=3G
#SBATCH --requeue
exec "${VCFIMG_PYTHON:-python3}" -m vcfimg worker --store "${VCFIMG_STORE:?}" --out "${VCFIMG_OUT:?}" --lease "${VCFIMG_LEASE:-120}" --log-json
